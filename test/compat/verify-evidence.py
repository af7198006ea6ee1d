#!/usr/bin/env python3
# Verifies an evidence file of Glovebox with nothing but Python's standard library: python3 verify-evidence.py FILE.zip VKEY
import base64, hashlib, hmac, json, sys, zipfile
b64, sha = lambda s: base64.b64decode(s, validate=True), lambda *p: hashlib.sha256(b"".join(p)).digest()

def ed25519(public, text, signature):  # RFC 8032 section 5.1.7
    p, order = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, p) % p
    def point(b):
        y, sign = int.from_bytes(b, "little") & (2**255 - 1), b[31] >> 7
        u, v = y * y - 1, d * y * y + 1
        x = u * v**3 * pow(u * v**7, (p - 5) // 8, p) % p
        x = x * pow(2, (p - 1) // 4, p) % p if (v * x * x + u) % p == 0 else x
        assert (v * x * x - u) % p == 0 and y < p, "no point"
        return (p - x if x & 1 != sign else x), y
    def add(a, b):
        t = d * a[0] * b[0] * a[1] * b[1] % p
        return (a[0] * b[1] + b[0] * a[1]) * pow(1 + t, -1, p) % p, (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, p) % p
    def times(n, a): return (0, 1) if n == 0 else add(times(n // 2, add(a, a)), a if n & 1 else (0, 1))
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little")
    base = point((4 * pow(5, -1, p) % p).to_bytes(32, "little"))
    return s < order and times(s, base) == add(point(signature[:32]), times(h % order, point(public)))

def verify(path, vkey):
    archive = zipfile.ZipFile(path)
    files = {name: archive.read(name) for name in archive.namelist()}
    name, _, key = vkey.split("+", 2)
    key, note = b64(key), files["checkpoint"].decode()
    text, lines = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :].splitlines()
    ours = [b64(l.split(" ")[2]) for l in lines if l.split(" ")[1] == name]
    ours = [s for s in ours if s[:4] == sha(name.encode(), b"\n", key)[:4]]
    assert ours and all(ed25519(key[1:], text.encode(), s[4:]) for s in ours), "checkpoint is not signed by the key"
    origin, size, root = text.splitlines()[:3]
    assert origin == name, "checkpoint of another log"
    first, *proof = files["proofs/inclusion"].decode().splitlines()
    assert first == "glovebox/inclusion/v1 " + size, "proof for another size"
    nodes = {tuple(map(int, (s.split("-") * 2)[:2])): b64(h) for s, h in (l.split(" ") for l in proof)}
    leaves = {a: h for (a, b), h in nodes.items() if a == b}
    def fold(a, b):  # RFC 6962 section 2.1 over the leaves a..b
        if (a, b) in nodes: return nodes.pop((a, b))
        k = 1 << ((b - a).bit_length() - 1)
        return sha(b"\1", fold(a, a + k - 1), fold(a + k, b))
    assert fold(0, int(size) - 1) == b64(root) and not nodes, "proof does not lead to the signed root"
    exported = json.loads(files["export.json"])
    for e in [json.loads(l) for l in files["entries.jsonl"].decode().splitlines()] + [exported]:
        leaf, where = json.loads(e["leaf"]), "entry %d " % e["index"]
        assert sha(b"\0", e["leaf"].encode()) == leaves.get(e["index"]), where + "differs from the signed tree"
        if "payload" in e:
            commit = hmac.digest(b64(e["salt"]), e["payload"].encode(), "sha256")
            assert commit == b64(leaf["commit"]), where + "has a payload that is not what it is bound to"
    sums = files["SHA256SUMS"]
    assert hashlib.sha256(sums).hexdigest() == json.loads(exported["leaf"])["files"], "SHA256SUMS is not the exported one"
    for hexsum, member in (l.split("  ") for l in sums.decode().splitlines()):
        assert hashlib.sha256(files[member]).hexdigest() == hexsum, member + " is not the exported one"
    return "OK %s, %s entries, root %s" % (origin, size, root)

if __name__ == "__main__":
    try: print(verify(sys.argv[1], sys.argv[2].strip()))
    except Exception as error: sys.exit("NOT OK %s: %s" % (type(error).__name__, error))
