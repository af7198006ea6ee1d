// Tlogcheck verifies a Glovebox journal with the signed-note and Merkle-tree code of the Go project, none of ours: a
// second opinion that shares no line with the program that wrote the log. It takes the log's root and a file with its key:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o tlogcheck ./test/compat/tlogcheck   (Debian: golang-golang-x-mod-dev)
//	tlogcheck .glovebox/journal .glovebox/keys/journal.vkey [WITNESS-VKEY-FILE…]
//
// With keys of witnesses, each of them has to have cosigned the checkpoint (c2sp.org/tlog-cosignature, cosignature/v1).
// Everything is recomputed from the entries; tiles are compared with the result and never believed.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileWidth = 256

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "FAIL: "+format+"\n", args...)
	os.Exit(1)
}

func must[T any](value T, err error) T {
	if err != nil {
		fail("%v", err)
	}
	return value
}

// least is the builtin min of newer Go.
func least[T int | int64](a, b T) T {
	if a < b {
		return a
	}
	return b
}

// place is where c2sp.org/tlog-tiles keeps what x/mod calls tile/8/L/N and tile/8/data/N.
func place(level int, n int64, width int) string {
	path := tlog.Tile{H: 8, L: level, N: n, W: width}.Path()
	return strings.Replace(strings.Replace(path, "tile/8/data/", "tile/entries/", 1), "tile/8/", "tile/", 1)
}

// read gives a tile or bundle; a partial one may have been replaced by the full one since.
func read(root string, level int, n int64, width int) (content []byte, exact bool) {
	path := filepath.Join(root, place(level, n, width))
	content, err := os.ReadFile(path)
	if err == nil {
		return content, true
	}
	full, _, _ := strings.Cut(path, ".p/")
	return must(os.ReadFile(full)), false
}

// fold is the RFC 6962 root over hashes.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	k := 1
	for k*2 < len(hashes) {
		k *= 2
	}
	return tlog.NodeHash(fold(hashes[:k]), fold(hashes[k:]))
}

// cosigner verifies cosignature/v1 lines: x/mod splits the note, finds the line by name and key id, and asks.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

// newCosigner reads the key of a witness: <name>+<8 hex digits>+<base64 of 0x04 and 32 bytes>.
func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(strings.TrimSpace(vkey), "+", 3)
	if len(parts) != 3 {
		fail("%q is not the key of a witness", vkey)
	}
	key := must(base64.StdEncoding.DecodeString(parts[2]))
	if len(key) != 33 || key[0] != 4 {
		fail("%q is not a cosignature/v1 key", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		fail("%q has another id than it says", vkey)
	}
	return cosigner{parts[0], hash, key[1:]}
}

// checkpoint opens the signed note and reads its three lines.
func checkpoint(root, keyFile string, witnesses []string) (origin string, size int64, hash tlog.Hash) {
	verifier := must(note.NewVerifier(strings.TrimSpace(string(must(os.ReadFile(keyFile))))))
	verifiers := []note.Verifier{verifier}
	for _, file := range witnesses {
		verifiers = append(verifiers, newCosigner(string(must(os.ReadFile(file)))))
	}
	opened := must(note.Open(must(os.ReadFile(filepath.Join(root, "checkpoint"))), note.VerifierList(verifiers...)))
	if len(opened.Sigs) != len(verifiers) {
		fail("%d of %d keys have signed the checkpoint", len(opened.Sigs), len(verifiers))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		fail("the checkpoint is not one of %s: %q", verifier.Name(), opened.Text)
	}
	return lines[0], must(strconv.ParseInt(lines[1], 10, 64)), must(tlog.ParseHash(lines[2]))
}

// leaves hashes every entry of every bundle.
func leaves(root string, size int64) []tlog.Hash {
	var hashes []tlog.Hash
	for n := int64(0); n*tileWidth < size; n++ {
		width := int(least(tileWidth, size-n*tileWidth))
		bundle, exact := read(root, -1, n, width)
		for i := 0; i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("entry %d is cut", n*tileWidth+int64(i))
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			hashes = append(hashes, tlog.RecordHash(bundle[2:end]))
			bundle = bundle[end:]
		}
		if exact && len(bundle) > 0 {
			fail("%s has bytes after its last entry", place(-1, n, width))
		}
	}
	return hashes
}

// compareTiles checks every tile of every level against what the leaves hash to.
func compareTiles(root string, hashes []tlog.Hash) (count int) {
	for level := 0; len(hashes) > 0; level++ {
		var up []tlog.Hash
		for from := 0; from < len(hashes); from += tileWidth {
			slots := hashes[from:least(from+tileWidth, len(hashes))]
			var want []byte
			for _, hash := range slots {
				want = append(want, hash[:]...)
			}
			tile, exact := read(root, level, int64(from/tileWidth), len(slots))
			if exact && len(tile) != len(want) || !bytes.HasPrefix(tile, want) {
				fail("%s is not what the entries hash to", place(level, int64(from/tileWidth), len(slots)))
			}
			if len(slots) == tileWidth {
				up = append(up, fold(slots))
			}
			count++
		}
		hashes = up
	}
	return count
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: tlogcheck LOG-ROOT VKEY-FILE [WITNESS-VKEY-FILE…]")
	}
	origin, size, want := checkpoint(os.Args[1], os.Args[2], os.Args[3:])
	hashes := leaves(os.Args[1], size)
	if size > 0 && fold(hashes) != want {
		fail("the entries do not hash to the signed root")
	}
	tiles := compareTiles(os.Args[1], hashes)
	fmt.Printf("OK %s %d entries %d tiles %s\n", origin, size, tiles, want)
}
