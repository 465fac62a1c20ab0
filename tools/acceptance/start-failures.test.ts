import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'

/* The services as processes of their own, from their sources: what an administrator reads when they do not come up. */

interface Ended {
  readonly code: number
  readonly lines: readonly { readonly level: string; readonly msg: string }[]
  readonly output: string
}

let folder: string
let kubeconfig: string
let occupant: Server
let taken: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'odfmo-start-'))
  kubeconfig = path.join(folder, 'kubeconfig')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
      users: [{ name: 'c', user: {} }],
    }),
  )
  occupant = createServer().listen(0, '127.0.0.1')
  await once(occupant, 'listening')
  taken = `127.0.0.1:${(occupant.address() as AddressInfo).port}`
})
afterAll(async () => {
  occupant.close()
  await rm(folder, { recursive: true })
})

const env = { PATH: process.env['PATH'], POD_NAMESPACE: 'operators', TOKEN_EXCHANGE_IMAGE: 'image' }

const run = (service: string, args: readonly string[]): Promise<Ended> => {
  const node = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']
  const program = `packages/${service}/src/main.ts`
  return new Promise((resolve) => {
    execFile(process.execPath, [...node, program, ...args], { cwd: root, env }, (error, out, complaints) => {
      const lines = out.split('\n').filter((line) => line.startsWith('{'))
      resolve({
        code: Number(error?.code ?? 0),
        lines: lines.map((line) => JSON.parse(line) as Ended['lines'][number]),
        output: `${out}${complaints}`,
      })
    })
  })
}

const off = ['--metrics-bind-address=0', '--health-probe-bind-address=0']
const agentFlags = ['--cluster-name=cluster1', '--namespace=storage', '--mode=async']
/** What each service needs besides a kubeconfig, and how its own is named. */
const services: readonly (readonly [string, (file: string) => readonly string[]])[] = [
  ['hub-controller', (file) => [`--kubeconfig=${file}`]],
  [
    'token-exchange-agent',
    (file) => [`--kubeconfig=${file}`, `--hub-kubeconfig=${kubeconfig}`, ...agentFlags],
  ],
  ['webhook', (file) => [`--kubeconfig=${file}`, '--self-signed', '--host=127.0.0.1', '--port=0']],
  ['console-init', (file) => [`--kubeconfig=${file}`]],
]

/** Ended as failed, and said so in one line that names no place in the program. */
const expectFailed = ({ code, lines, output }: Ended, message: string): void => {
  expect(lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual([message])
  expect(output).not.toMatch(/\bat .*\.ts:\d+|"stack"/)
  expect(code).toBe(1)
}

describe.each(services)('%s that cannot start says why in one line and ends with 1', (service, flags) => {
  it('a kubeconfig that is not there', async () => {
    const file = path.join(folder, 'none')
    expectFailed(
      await run(service, [...flags(file), ...off]),
      `failed: cannot read ${file}: ENOENT: there is no such file; is the path right, is it mounted?`,
    )
  })

  it.each([
    ['probes', '--health-probe-bind-address', '--metrics-bind-address=0'],
    ['metrics', '--metrics-bind-address', '--health-probe-bind-address=0'],
  ])('the address of its %s is taken', async (what, flag, other) => {
    expectFailed(
      await run(service, [...flags(kubeconfig), `${flag}=${taken}`, other]),
      `failed: cannot listen on ${taken} for ${what}: EADDRINUSE: something else listens there; ${flag} names another address`,
    )
  })
})

describe('the hub’s kubeconfig of the agent', () => {
  it('is named when it cannot be used', async () => {
    const file = path.join(folder, 'broken')
    await writeFile(file, 'current-context: [')
    const ended = await run('token-exchange-agent', [
      `--kubeconfig=${kubeconfig}`,
      `--hub-kubeconfig=${file}`,
      ...agentFlags,
      ...off,
    ])
    const [failed] = ended.lines.filter(({ level }) => level === 'error')
    expect(failed?.msg.startsWith(`failed: ${file}`)).toBe(true)
    expectFailed(ended, failed?.msg ?? '')
  })
})

describe('the webhook', () => {
  it('says that its port is taken, and which flag names another', async () => {
    const [host, port] = taken.split(':')
    expectFailed(
      await run('webhook', [`--host=${host}`, `--port=${port}`, ...off]),
      `failed: cannot listen on ${taken} for admission: EADDRINUSE: something else listens there; --host or --port names another address`,
    )
  })
})

describe('flags that have no effect', () => {
  it.each([
    ['webhook', [], ['--leader-elect', '--leader-elect-lease-duration=20s', '--debug']],
    ['token-exchange-agent', ['--hub-kubeconfig=none', ...agentFlags], ['--leader-elect=true']],
  ])(
    'are taken by the %s without a word, and its help does not know them',
    async (service, known, ignored) => {
      const { output } = await run(service, ['--help'])
      expect(output).toContain('  --log-level ')
      for (const flag of ignored) expect(output).not.toMatch(new RegExp(`^  ${flag.split('=')[0]} `, 'm'))
      const told = await run(service, [...known, ...ignored, '--odd'])
      expect([told.code, told.output]).toEqual([2, `${service}: unknown flag --odd\n`])
    },
  )
})
