// VERIFY.md of an evidence file: how somebody who trusts nobody checks it.
export const howToVerify = `# How to verify this file

You need the public key of the log (a "vkey": \`name+hash+base64\`), told to you by somebody you trust, not taken from this
file: \`journal.vkey\` in here is only what the file says of itself.

## 1. With Glovebox, offline

    npx glovebox audit verify FILE.evidence.zip --key KEY

Exit code 0 and a line for each check, or exit code 11 and what differs. No gateway and no network are asked.

## 2. With nothing but Python

\`verify-evidence.py\` (some sixty lines, standard library only) is in the source of Glovebox, folder \`test/compat/\`:

    python3 verify-evidence.py FILE.evidence.zip KEY

## 3. By hand, in any language

1. \`checkpoint\` is a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint): origin, size and root of the log, an empty
   line, signatures. Check the Ed25519 signature of the log's key; lines of witnesses you know (c2sp.org/tlog-cosignature) show
   that they saw the same log. Any tool that opens C2SP checkpoints does this.
2. \`proofs/inclusion\`: after the first line (\`glovebox/inclusion/v1 SIZE\`) each line is \`FROM-TO HASH\` (root of these leaves) or
   \`LEAF HASH\`. Fold them to the root as RFC 6962 says: \`node = SHA-256(0x01 || left || right)\`, split at the largest power of two
   below the number of leaves. The root must be the signed one. Then every line is proved.
3. \`entries.jsonl\`, one entry a line, and \`export.json\`: for each, \`SHA-256(0x00 || leaf)\` must be the hash of line \`index\` in the
   proof. \`leaf\` is the entry as it was signed (RFC 8785 JSON).
4. Where \`payload\` is given, \`HMAC-SHA-256(key = salt, payload)\` in base64 must be \`commit\` in the leaf. \`closed: withheld\` = the
   entry is there, what it held was not asked for or may be seen by nobody (\`shown\` is then the gateway's word for the rest);
   \`closed: gone\` = it was redacted: a \`redaction.done\` in this file names its index in \`entries\`, or in \`keys\` its \`session\`, else its
   \`person\`, else its \`by\`.
5. \`sha256sum SHA256SUMS\` must be \`files\` in the leaf of \`export.json\`, and \`sha256sum -c SHA256SUMS\` must pass: so the report, the
   entries and the recordings are the ones that were exported.
6. Approvals: \`contentHash\` of a \`request.created\` is \`SHA-256("glovebox/request/v1\\n" || canonical)\` of its payload; \`challenge\` of
   each \`request.reviewed\` is \`SHA-256("glovebox/approval/v1\\n" || contentHash || decision || durationMs || by)\`; \`person\` of the
   review is never \`person\` of the request.

## What this file does not prove

- That no entry given only as a hash fits the query. A full copy of the log (\`journal/\`) shows every entry.
- That the policies asked for these approvals; that nobody has a second account which was not declared.
- Without witnesses: that everybody was shown this same log. Compare the root with one that somebody else has kept.
- What lies in entries that are withheld or gone.
`
