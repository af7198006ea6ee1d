// What the command line takes from its surroundings. This and config.ts alone read process.env.

export interface ClientEnv {
  readonly url: string
  /** Never printed, never on a command line (G9). */
  readonly token: string | undefined
  readonly config: string | undefined
  readonly data: string | undefined
  /** May colour be written to this stream? */
  readonly colour: (stream: { isTTY?: boolean }) => boolean
  /** Plain lines instead of lines that are redrawn. */
  readonly plain: boolean
  readonly shell: string
  /** For child processes of `connect`: everything but our own secrets. */
  readonly forChild: Readonly<Record<string, string>>
}

const defaultUrl = 'http://127.0.0.1:7480'

/** Settings of this run. NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM=dumb and ACCESSIBLE are obeyed. */
export function clientEnv(env: NodeJS.ProcessEnv = process.env): ClientEnv {
  const forced = (env.CLICOLOR_FORCE ?? '0') !== '0'
  const never = (env.NO_COLOR ?? '') !== '' || env.CLICOLOR === '0' || env.TERM === 'dumb'
  return {
    url: (env.GLOVEBOX_URL || defaultUrl).replace(/\/+$/, ''),
    token: env.GLOVEBOX_TOKEN || undefined,
    config: env.GLOVEBOX_CONFIG || undefined,
    data: env.GLOVEBOX_DATA || undefined,
    colour: (stream) => !never && (forced || stream.isTTY === true),
    plain: (env.ACCESSIBLE ?? '') !== '' || env.TERM === 'dumb',
    shell: env.SHELL ?? '',
    forChild: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        name === 'GLOVEBOX_TOKEN' || value === undefined ? [] : [[name, value]],
      ),
    ),
  }
}
