import { createHash } from 'node:crypto'
import { Answer } from './answer.ts'
import { CaseApi } from './case-api.ts'
import type { Actor } from './case-api.ts'
import { CaseLog } from './case-log.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { connect } from './connection.ts'
import type { Connection, Proof } from './connection.ts'
import { Kubectl } from './kubectl/kubectl.ts'
import { Normalizer } from './normalize.ts'
import type { Target } from './target.ts'
import type { CaseResult } from './transcript.ts'

const longestWords = 28

/** A DNS label for a case: readable, of its own, and the same when other cases come or go. */
export const slugOf = (file: string, title: string): string => {
  const words = `${file}-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, longestWords)
  return `${words.replace(/-$/, '')}-${createHash('sha256').update(title).digest('hex').slice(0, 6)}`
}

/** Runs a case in a namespace of its own and takes away what it made; never rejects for what the case finds. */
export const runCase = async (
  target: Target,
  { title, run, needs }: ConformanceCase,
  { areaName, slug }: { readonly areaName: string; readonly slug: string },
): Promise<CaseResult> => {
  const log = new CaseLog()
  const connections: Connection[] = []
  const open = (kubeconfig: string, proof?: Proof): Connection => {
    const connection = connect(kubeconfig, proof)
    connections.push(connection)
    return connection
  }
  const connectAs = (actor: Actor): Connection => {
    if (actor === 'nobody') return open(target.kubeconfig(), {})
    if ('token' in actor || 'certificate' in actor) return open(target.kubeconfig(), actor)
    return open(target.kubeconfig(actor))
  }
  const admin = open(target.kubeconfig())
  const namespace = `conf-${slug}`
  const kubectl =
    needs === 'kubectl' && target.kubectl !== undefined
      ? new Kubectl(target.kubectl, target.kubeconfig(), namespace)
      : undefined
  const normalizer = new Normalizer(target.url, Date.now())
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { 'content-type': 'application/json' }
    const received = await admin.send({ method, path, headers, body })
    return new Answer(`${method} ${path}`, received.status, received.headers, await received.body.text())
  }
  let failure: string | undefined
  try {
    const made = await send('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    made.is(201)
    await run(
      new CaseApi({
        namespace,
        suffix: slug,
        log,
        connection: admin,
        actor: '',
        connectAs,
        ...(kubectl === undefined ? {} : { kubectl }),
        compact: target.compact,
      }),
    )
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  }
  const transcript = log.transcript(normalizer)
  log.closeWatches()
  kubectl?.close()
  for (const path of [...log.leftovers, `/api/v1/namespaces/${namespace}`]) await send('DELETE', path)
  await Promise.all(connections.map((connection) => connection.close()))
  return {
    name: `${areaName}: ${title}`,
    transcript,
    ...(failure === undefined ? {} : { failure: normalizer.text(failure) }),
  }
}
