// Sends the same fuzzed requests to a real kube-apiserver and to the in-memory one, and prints where status or reason differ:
//   node --conditions=@odfmo/source packages/testkit/conformance/fuzz/compare.ts [--requests N] [--seed N] [--messages]
import { parseArgs } from 'node:util'
import { startControlPlane } from '../../src/control-plane/start-control-plane.ts'
import { startCluster } from '../../src/start-cluster.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'
import { fuzzedRequest } from './fuzzed-request.ts'
import { Random } from './random.ts'
import { fuzzDefinition } from './seed-objects.ts'
import type { FuzzAnswer, FuzzSender } from './send-fuzzed.ts'
import { fuzzSender } from './send-fuzzed.ts'

/** So many go to one namespace: what has once differed goes on to differ there. */
const requestsPerNamespace = 25

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    messages: { type: 'boolean', default: false },
    apply: { type: 'boolean', default: false },
  },
})
const random = new Random(Number(values.seed))

const statusOf = ({ status, text }: FuzzAnswer): { reason: string; message: string } => {
  if (status < 400) return { reason: '', message: '' }
  try {
    const { reason = '', message = '' } = JSON.parse(text) as { reason?: string; message?: string }
    return { reason, message }
  } catch {
    return { reason: '', message: text }
  }
}

const summary = (answer: FuzzAnswer): string => {
  const { reason, message } = statusOf(answer)
  return `${answer.status} ${reason} ${message.slice(0, 400)}`
}

const differs = (left: FuzzAnswer, right: FuzzAnswer): boolean => {
  if (left.status !== right.status) return true
  const [one, other] = [statusOf(left), statusOf(right)]
  return one.reason !== other.reason || (values.messages && one.message !== other.message)
}

const shown = ({ method, path, headers, body }: FuzzedRequest): string =>
  `${method} ${path} ${JSON.stringify(headers)}\n   ${body?.toString().slice(0, 700) ?? ''}`

const create = (senders: readonly FuzzSender[], path: string, object: object): Promise<FuzzAnswer[]> => {
  const headers = { 'content-type': 'application/json' }
  const body = Buffer.from(JSON.stringify(object))
  return Promise.all(senders.map((sender) => sender.send({ method: 'POST', path, headers, body })))
}

const controlPlane = await startControlPlane({
  clusters: ['fuzz'],
  crds: [fuzzDefinition],
  controllers: false,
})
const memory = await startCluster({ crds: [fuzzDefinition], controllers: false })
const real = await fuzzSender(controlPlane.cluster('fuzz'))
const fake = await fuzzSender(memory)
let found = 0
try {
  const count = Number(values.requests)
  let namespace = ''
  for (let at = 0; at < count; at++) {
    if (at % requestsPerNamespace === 0) {
      namespace = `fuzz-${at / requestsPerNamespace}`
      await create([real, fake], '/api/v1/namespaces', { metadata: { name: namespace } })
    }
    const request = fuzzedRequest(random, { namespace, withApply: values.apply })
    const [wanted, got] = await Promise.all([real.send(request), fake.send(request)])
    if (!differs(wanted, got)) continue
    found += 1
    process.stdout.write(
      `${at} ${shown(request)}\n   real   ${summary(wanted)}\n   memory ${summary(got)}\n\n`,
    )
  }
  process.stdout.write(`${count} requests of seed ${values.seed}: ${found} answered otherwise\n`)
} finally {
  real.close()
  fake.close()
  await memory.stop()
  await controlPlane.stop()
}
process.exitCode = found === 0 ? 0 : 1
