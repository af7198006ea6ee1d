// A verifier in another language, of some sixty lines and without a library, agrees with ours: on a good file, and on 200 files
// with a flipped bit, of which it catches each or reads the same members as before (zip headers that say nothing).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { evidenceHouse, verifyBytes } from '../lib/evidence.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { need } from '../lib/optional.ts'

const verifier = fileURLToPath(new URL('./verify-evidence.py', import.meta.url))

/** Runs the verifier over many files in one process: a line each, `OK`, `SAME` (caught nothing, read the same) or `NOT OK`. */
const many = `
import importlib.util, sys, zipfile
spec = importlib.util.spec_from_file_location('v', sys.argv[1]); v = importlib.util.module_from_spec(spec); spec.loader.exec_module(v)
read = lambda p: {n: zipfile.ZipFile(p).read(n) for n in zipfile.ZipFile(p).namelist()}
good = read(sys.argv[3])
for path in sys.argv[3:]:
    try: print('SAME' if v.verify(path, sys.argv[2]) and read(path) == good and path != sys.argv[3] else 'OK')
    except Exception as error: print('NOT OK', type(error).__name__, str(error).splitlines()[0] if str(error) else '')
`

test('Python agrees on a good file and on 200 with a flipped bit', async (t) => {
  if (!need(t, 'python')) return
  const { story, make, journal } = await evidenceHouse(t)
  story.whole(20)
  await story.durable
  const found = story.recorded.filter(({ entry }) => entry.type === 'action.admitted' && entry.n % 3 === 0)
  const { bytes } = await make(found.map((one) => one.index))
  const dir = temporaryFolder(t)
  const files = [bytes]
  for (let i = 0; i < 200; i++) {
    const other = Buffer.from(bytes)
    const at = Math.floor(((i + 0.5) / 200) * bytes.length)
    other[at] = (other[at] as number) ^ (1 << (i % 8))
    files.push(other)
  }
  const paths = files.map((content, i) => {
    const path = join(dir, `${i}.zip`)
    writeFileSync(path, content)
    return path
  })
  const said = execFileSync('python3', ['-c', many, verifier, journal.vkey, ...paths], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
  assert.equal(said.length, 201)
  assert.equal(said[0], 'OK')
  assert.ok((await verifyBytes(bytes, journal.vkey)).ok)
  for (const [i, file] of files.slice(1).entries()) {
    assert.equal((await verifyBytes(file, journal.vkey)).ok, false, `ours, file ${i + 1}`)
    assert.match(said[i + 1] ?? '', /^(NOT OK|SAME)/, `file ${i + 1}: every member is bound, or only a header differs`)
  }
  assert.ok(said.filter((line) => line.startsWith('NOT OK')).length > 180, said.join('\n'))
  assert.match(
    said.join('\n'),
    /NOT OK AssertionError entry \d+ |NOT OK BadZipFile Bad CRC-32 for file 'entries.jsonl'/,
  )
})

test('it names the entry that a forger changed', async (t) => {
  if (!need(t, 'python')) return
  const { story, make, journal } = await evidenceHouse(t)
  story.whole(3)
  await story.durable
  const found = story.recorded.filter(({ entry }) => entry.type === 'action.admitted').map((one) => one.index)
  const { bytes } = await make(found)
  const script = `
import importlib.util, sys, zipfile, io
spec = importlib.util.spec_from_file_location('v', sys.argv[1]); v = importlib.util.module_from_spec(spec); spec.loader.exec_module(v)
old = zipfile.ZipFile(sys.argv[3]); new = io.BytesIO()
with zipfile.ZipFile(new, 'w') as z:
    for n in old.namelist(): z.writestr(n, old.read(n).replace(b'select 2', b'select 9') if n == 'entries.jsonl' else old.read(n))
try: print(v.verify(new, sys.argv[2]))
except AssertionError as error: print(error)
`
  const path = join(temporaryFolder(t), 'a.zip')
  writeFileSync(path, bytes)
  const said = execFileSync('python3', ['-c', script, verifier, journal.vkey, path], { encoding: 'utf8' })
  assert.equal(said, `entry ${found[1]} has a payload that is not what it is bound to\n`)
})
