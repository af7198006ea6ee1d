// SCRAM against the example of RFC 7677, against itself, and against those who cheat.
import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { describe, test } from 'node:test'
import { ScramClient, ScramServer } from './scram.ts'

// RFC 7677 section 3.
const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const clientNonce = 'rOprNGfwEbeRWgbNEkqO'
const serverNonce = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'

function keyOf(password: string, token: string) {
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  return { token, storedKey: createHash('sha256').update(hmac('Client Key')).digest(), serverKey: hmac('Server Key') }
}
const secrets = { salt, iterations: 4096, keys: [keyOf('other', 't-1'), keyOf('pencil', 't-2')] }

describe('SCRAM-SHA-256', () => {
  test('the server answers the example of RFC 7677 as it stands there', () => {
    const server = new ScramServer({ ...secrets }, serverNonce)
    assert.equal(
      server.first(`n,,n=user,r=${clientNonce}`),
      `r=${clientNonce}${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    )
    assert.deepEqual(
      server.final(`c=biws,r=${clientNonce}${serverNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`),
      {
        token: 't-2',
        message: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
      },
    )
  })

  test('our two sides understand each other, and name the key that fitted', async () => {
    for (const [password, token] of [
      ['pencil', 't-2'],
      ['other', 't-1'],
    ] as const) {
      const client = new ScramClient(password, clientNonce)
      const server = new ScramServer(secrets, serverNonce)
      const final = server.final(await client.answer(server.first(client.first()) ?? ''))
      assert.equal(final?.token, token)
      client.finish(final.message)
    }
  })

  test('a wrong password, a changed nonce, channel binding that was not offered: nothing is proved', async () => {
    const client = new ScramClient('wrong', clientNonce)
    const server = new ScramServer(secrets, serverNonce)
    assert.equal(server.final(await client.answer(server.first(client.first()) ?? '')), undefined)
    const right = new ScramServer(secrets, serverNonce)
    right.first(`n,,n=user,r=${clientNonce}`)
    assert.equal(right.final(`c=biws,r=${clientNonce}x,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`), undefined)
    assert.equal(
      right.final(`c=eSws,r=${clientNonce}${serverNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`),
      undefined,
    )
    assert.equal(new ScramServer(secrets, serverNonce).first(`p=tls-server-end-point,,n=,r=${clientNonce}`), undefined)
    assert.equal(new ScramServer(secrets, serverNonce).first('n,,n=,r=short'), undefined)
    assert.equal(new ScramServer(secrets, serverNonce).final('c=biws,r=,p='), undefined)
  })

  test('a server that cannot prove itself, or wants endless rounds, is not believed', async () => {
    const client = new ScramClient('pencil', clientNonce)
    await assert.rejects(client.answer(`r=${clientNonce},s=${salt.toString('base64')},i=4096`), /fit/)
    await assert.rejects(client.answer(`r=${clientNonce}abc,s=${salt.toString('base64')},i=100000000`), /rounds/)
    await client.answer(`r=${clientNonce}abc,s=${salt.toString('base64')},i=4096`)
    for (const wrong of ['v=', 'v=AAAA', 'e=other-error', `v=${Buffer.alloc(32).toString('base64')}`])
      assert.throws(() => client.finish(wrong))
  })
})
