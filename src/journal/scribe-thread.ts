// The thread that seals, writes and syncs under load: one frame after the other, blocking, since it has nothing else to do.
import type { KeyObject } from 'node:crypto'
import * as fs from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { asBuffer } from '../lib/bytes.ts'
import { writeNow } from './disk.ts'
import { Hand, type Done, type Job } from './scribe.ts'

const keys = new Map<string, KeyObject>()
const hand = new Hand(workerData as string, (id) => keys.get(id), {
  write: async (file, bytes, position) => writeNow(file, bytes, position),
  sync: async (file) => fs.fdatasyncSync(file),
})

async function answer({ frame, place, keys: fresh, forget }: Job): Promise<Done> {
  try {
    if (forget) keys.clear()
    for (const [id, key] of fresh) keys.set(id, key)
    return { hashes: await hand.store(asBuffer(frame), place) }
  } catch (error) {
    // closed: the journal ends the process
    const { message, code } = error as NodeJS.ErrnoException
    return { failed: { message, ...(code === undefined ? {} : { code }) } }
  }
}

parentPort?.on('message', (job: Job) => void answer(job).then((done) => parentPort?.postMessage(done)))
parentPort?.postMessage('ready')
