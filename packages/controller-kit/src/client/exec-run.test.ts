import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/clients.ts'
import { systemClock } from '../clock.ts'
import { ManualClock } from '../manual-clock.ts'
import type { ExecAccess } from './access.ts'
import { ExecError } from './exec-error.ts'
import { runExec } from './exec-run.ts'

const identity = { server: 'https://hub:6443', ca: 'CA', tlsServerName: 'hub', proxyUrl: 'http://proxy' }
const answer = JSON.stringify({
  kind: 'ExecCredential',
  apiVersion: 'client.authentication.k8s.io/v1',
  status: { token: 't' },
})

describe('runExec', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  let scripts = 0
  const plugin = async (script: string, more: Partial<ExecAccess> = {}): Promise<ExecAccess> => {
    scripts += 1
    const command = join(folder.path, `plugin-${scripts}`)
    await writeFile(command, `#!/bin/sh\n${script}\n`)
    await chmod(command, 0o700)
    return { apiVersion: 'client.authentication.k8s.io/v1', command, ...more }
  }
  const env = { PATH: process.env['PATH'], OUT: '' }
  const run = (access: ExecAccess) => runExec(access, identity, env, systemClock)
  const failure = async (access: ExecAccess): Promise<ExecError> => {
    const error: unknown = await run(access).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ExecError)
    return error as ExecError
  }

  it('gives arguments and environment, and tells the cluster only when asked to', async () => {
    const out = join(folder.path, 'out')
    const access = await plugin(
      `printf '%s|%s|%s' "$1" "$PROFILE" "$KUBERNETES_EXEC_INFO" > "$OUT"; echo '${answer}'`,
      { args: ['get token'], env: { PROFILE: 'p', OUT: out } },
    )
    expect(await run(access)).toEqual({ token: 't' })
    const told = async () => (await readFile(out, 'utf8')).split('|')
    const [args, profile, info = ''] = await told()
    expect([args, profile]).toEqual(['get token', 'p'])
    const { apiVersion } = access
    expect(JSON.parse(info)).toEqual({ kind: 'ExecCredential', apiVersion, spec: { interactive: false } })

    await run({ ...access, cluster: { config: { audience: 'a' } } })
    expect(JSON.parse((await told())[2] ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://hub:6443',
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
          'tls-server-name': 'hub',
          'proxy-url': 'http://proxy',
          config: { audience: 'a' },
        },
      },
    })
  })

  it('says how to install what is not there, and nothing of its arguments', async () => {
    const error = await failure({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: join(folder.path, 'none'),
      args: ['--client-secret=s3cr3t'],
      installHint: 'Install it so.',
    })
    expect(error.message).toMatch(/none was not found\. Install it so\.$/)
    expect(JSON.stringify([error.stack, error.cause])).not.toContain('s3cr3t')
  })

  it.each([
    [
      'a path through what is no folder',
      (file: string) => ({ command: join(file, 'plugin') }),
      /\(ENOTDIR\)$/,
    ],
    [
      'an argument that no process can be given',
      (file: string) => ({ command: file, args: ['--client-secret=s3cr3t\0'] }),
      /\(ERR_INVALID_ARG_VALUE\)$/,
    ],
    [
      'more environment than the system takes',
      (file: string) => ({ command: file, env: { BLOB: 's3cr3t'.repeat(50_000) } }),
      /\(E2BIG\)$/,
    ],
  ])('says why it cannot be started: %s', async (_name, more, why) => {
    const access = await plugin('exit 0')
    const error = await failure({ ...access, ...more(access.command) })
    expect(error.message).toMatch(why)
    expect(JSON.stringify([error.stack, error.cause])).not.toContain('s3cr3t')
  })

  it('tells the end of what a plugin complained of, without secrets', async () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl'
    const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    const error = await failure(
      await plugin(
        `echo noise; cat >&2 <<EOF
using s3cr3t-argument and s3cr3t-variable, "refresh_token": "abcdefgh"
key ${key} ${jwt}
Authorization: Bearer abc.def-ghi
-----BEGIN PRIVATE KEY-----
c2VjcmV0
-----END PRIVATE KEY-----
The security token included in the request is expired
EOF
exit 3`,
        { args: ['--client-secret=s3cr3t-argument'], env: { CLIENT: 's3cr3t-variable' } },
      ),
    )
    expect(error.message).toContain('failed (exit code 3): ')
    expect(error.message).toMatch(/The security token included in the request is expired$/)
    for (const secret of ['s3cr3t', 'abcdefgh', key, jwt, 'abc.def', 'c2VjcmV0', 'noise'])
      expect(String(error.stack)).not.toContain(secret)
  })

  it('quotes no long complaint whole', async () => {
    const error = await failure(
      await plugin('i=0; while [ $i -lt 4000 ]; do echo "line $i of many" >&2; i=$((i+1)); done; exit 1'),
    )
    expect(error.message.length).toBeLessThan(700)
    expect(error.message).toMatch(/line 3999 of many$/)
  })

  it('ends a plugin that answers without end', async () => {
    expect((await failure(await plugin('exec yes'))).message).toContain('answered more than 1024 KiB')
  })

  it('ends a plugin that does not answer, though a child of it holds its output', async () => {
    const clock = new ManualClock()
    const pid = join(folder.path, 'pid')
    const access = await plugin(
      'sleep 300 & echo $! > "$PID_FILE.new"; mv "$PID_FILE.new" "$PID_FILE"; wait',
      {
        env: { PID_FILE: pid },
      },
    )
    const running = runExec(access, identity, env, clock)
    const outcome = expect(running).rejects.toThrow('gave no answer within 60 s')
    await expect.poll(() => readFile(pid, 'utf8').catch(() => '')).not.toBe('')
    clock.advance(60_000)
    await outcome
    process.kill(Number(await readFile(pid, 'utf8')), 'SIGKILL')
  })

  it('cannot be asked anything', async () => {
    expect(await run(await plugin(`read line && exit 1; echo '${answer}'`))).toEqual({ token: 't' })
  })
})
