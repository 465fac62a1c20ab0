import { startHttpsEndpoint } from '../../../src/admission/https-endpoint.ts'
import type { EndpointAnswer, EndpointRequest } from '../../../src/admission/https-endpoint.ts'
import type { CallOptions, CaseApi } from '../../case-api.ts'
import { ExpectationError } from '../../answer.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- reviews are loosely typed here, as answers are
type Loose = any

/** What a webhook answers: fields of `response` (allowed when left out), a whole HTTP answer, or a cut connection. */
export type HookAnswer =
  | { readonly response: Record<string, unknown> }
  | { readonly review: Record<string, unknown> }
  | { readonly http: EndpointAnswer }
  | 'cut'

export interface Hook {
  /** Also its path. */
  readonly name: string
  readonly answer?: (request: Loose) => HookAnswer | Promise<HookAnswer>
  /** Fields of the webhook other than the usual ones. */
  readonly fields?: Record<string, unknown>
}

export interface Hooks {
  readonly mutating?: readonly Hook[]
  readonly validating?: readonly Hook[]
}

export interface Running {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  readonly caBundle: string
  /** Paths that were called since the last look, in that order. */
  readonly called: () => string[]
  /** Records what webhooks were told since the last look, by their paths. */
  readonly record: (show?: (review: Loose) => unknown) => void
}

export const group = 'admissionregistration.k8s.io'
export const mutatingPath = `/apis/${group}/v1/mutatingwebhookconfigurations`
export const validatingPath = `/apis/${group}/v1/validatingwebhookconfigurations`

/** What is not the matter of a case. */
export const quiet: CallOptions = { show: () => undefined }

/** The request by which a case finds out that the server knows its webhooks. */
const markerName = 'marker'

export const rule = (
  operations: readonly string[],
  resources: readonly string[],
  apiGroup = '',
  apiVersion = 'v1',
): object => ({ operations, apiGroups: [apiGroup], apiVersions: [apiVersion], resources })

const configMapRule = rule(['CREATE', 'UPDATE', 'DELETE'], ['configmaps'])

const hookName = (name: string): string => `${name}.conformance.example.com`

/** A webhook with the fields it must have, for this case's namespace. */
const webhookOf = (
  api: CaseApi,
  { name, fields = {} }: Hook,
  { url, caBundle }: Pick<Running, 'url' | 'caBundle'>,
): object => ({
  name: hookName(name),
  clientConfig: { url: `${url}/${name}`, caBundle },
  rules: [configMapRule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': api.namespace } },
  ...fields,
})

export const configMap = (name: string, more: Record<string, unknown> = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
  ...more,
})

const marker = (kind: string) => ({
  ...configMap(markerName),
  metadata: { name: markerName, labels: { [markerName]: kind } },
})

const configurationOf = (
  api: CaseApi,
  kind: 'Mutating' | 'Validating',
  hooks: readonly Hook[],
  running: Pick<Running, 'url' | 'caBundle'>,
) => {
  const first: Hook = {
    name: markerName,
    fields: { objectSelector: { matchLabels: { [markerName]: kind } } },
  }
  return {
    apiVersion: `${group}/v1`,
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: api.unique(kind.toLowerCase()) },
    webhooks: [first, ...hooks].map((hook) => webhookOf(api, hook, running)),
  }
}

const named = (configuration: { readonly metadata: { readonly name: string } }, prefix: string): object => ({
  ...configuration,
  metadata: { name: prefix + configuration.metadata.name },
})

const untilMs = 30_000

/** Resolves when the server asks the webhooks of a configuration. */
const untilAsked = async (api: CaseApi, kind: string): Promise<void> => {
  const deadline = Date.now() + untilMs
  for (;;) {
    const { status } = await api.ask('POST', `${api.in('configmaps')}?dryRun=All`, marker(kind))
    if (status !== 201) return
    if (Date.now() > deadline) throw new ExpectationError('the server does not ask the webhooks')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const answerOf = async (hook: Hook | undefined, review: Loose): Promise<EndpointAnswer | undefined> => {
  const given = (await hook?.answer?.(review.request)) ?? { response: {} }
  if (given === 'cut') return undefined
  if ('http' in given) return given.http
  const whole =
    'review' in given
      ? given.review
      : {
          kind: 'AdmissionReview',
          apiVersion: review.apiVersion,
          response: { uid: review.request.uid, allowed: true, ...given.response },
        }
  return { status: 200, body: JSON.stringify(whole) }
}

export interface RunOptions {
  /** Of the certificate. */
  readonly hosts?: readonly string[]
  /** What controllers ask is seen too. */
  readonly everybody?: boolean
  /** What names of the configurations begin with. */
  readonly prefix?: string
}

/** Runs a case beside webhooks that the server already asks. */
export const withWebhooks = async (
  api: CaseApi,
  { mutating = [], validating = [] }: Hooks,
  run: (running: Running) => Promise<void>,
  { hosts, everybody = false, prefix = '' }: RunOptions = {},
): Promise<void> => {
  let seen: { path: string; query: string; review: Loose }[] = []
  const answer = async ({ path, query, body }: EndpointRequest): Promise<EndpointAnswer | undefined> => {
    const review: Loose = JSON.parse(body)
    if (path === `/${markerName}`)
      return answerOf({ name: markerName, answer: () => ({ response: { allowed: false } }) }, review)
    // controllers write into new namespaces when they come to it
    const isOurs = everybody || !String(review.request.userInfo.username).startsWith('system:')
    if (!isOurs || review.request.name === markerName) return answerOf(undefined, review)
    seen.push({ path, query, review })
    return answerOf(
      [...mutating, ...validating].find(({ name }) => path === `/${name}`),
      review,
    )
  }
  const endpoint = await startHttpsEndpoint({ answer, ...(hosts === undefined ? {} : { hosts }) })
  const address = { url: endpoint.url, caBundle: Buffer.from(endpoint.ca).toString('base64') }
  const taken = (): typeof seen => {
    const all = seen
    seen = []
    return all
  }
  try {
    if (mutating.length > 0) {
      ;(
        await api.post(
          mutatingPath,
          named(configurationOf(api, 'Mutating', mutating, address), prefix),
          quiet,
        )
      ).is(201)
      await untilAsked(api, 'Mutating')
    }
    if (validating.length > 0) {
      ;(
        await api.post(
          validatingPath,
          named(configurationOf(api, 'Validating', validating, address), prefix),
          quiet,
        )
      ).is(201)
      await untilAsked(api, 'Validating')
    }
    await run({
      ...address,
      called: () => taken().map(({ path }) => path.slice(1)),
      record: (show) => {
        const sorted = taken().toSorted((left, right) => left.path.localeCompare(right.path))
        api.note(
          'what webhooks were told',
          show === undefined ? sorted : sorted.flatMap(({ review }) => show(review.request) ?? []),
        )
      },
    })
  } finally {
    await endpoint.stop()
  }
}

/** A denial with a message. */
export const denied = (message: string): HookAnswer => ({ response: { allowed: false, status: { message } } })

/** A JSON patch as it is sent. */
export const patched = (...operations: object[]): HookAnswer => ({
  response: {
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
  },
})

/** Throws unless these webhooks were called, in this order. */
export const expectCalled = (found: readonly string[], ...expected: readonly string[]): void => {
  if (found.join(' ') !== expected.join(' '))
    throw new ExpectationError(`expected calls of [${expected.join(' ')}], found [${found.join(' ')}]`)
}
