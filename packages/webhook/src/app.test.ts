import { contract } from '@odfmo/api-types'
import { silentLogger, type Logger } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { item, mirrorPeer, request, review } from '../test/reviews.ts'
import { webhookEndpoints } from './app.ts'

const { mutatePath, validatePath } = contract.webhook

interface Response {
  readonly uid: string
  readonly allowed: boolean
  readonly patch?: string
  readonly patchType?: string
  readonly status?: {
    readonly code: number
    readonly reason: string
    readonly message: string
    readonly details?: { readonly causes: readonly object[] }
  }
  readonly warnings?: readonly string[]
}

const raw = (path: string, body: string | Uint8Array, logger: Logger = silentLogger): string => {
  const endpoint = webhookEndpoints({ logger, observer: { judged: () => undefined } })[path]
  if (endpoint === undefined) throw new Error(`there is nothing at ${path}`)
  return endpoint(typeof body === 'string' ? Buffer.from(body) : body)
}
const ask = (path: string, body: unknown): Response =>
  (JSON.parse(raw(path, JSON.stringify(body))) as { readonly response: Response }).response
const mutate = (overrides: Readonly<Record<string, unknown>>): Response => ask(mutatePath, review(overrides))
const validate = (overrides: Readonly<Record<string, unknown>>): Response =>
  ask(validatePath, review(overrides))
const patchOf = ({ patch }: Response): unknown =>
  patch === undefined ? undefined : JSON.parse(Buffer.from(patch, 'base64').toString())
const causes = ({ status }: Response): string[] =>
  (status?.details?.causes ?? []).map((cause) => {
    const { field, reason } = cause as Record<string, string>
    return `${field} ${reason}`
  })

const full = { type: 'async', schedulingIntervals: ['5m'], manageS3: false }

describe('an answer', () => {
  it.each(['v1', 'v1beta1'])('is in the version that was asked: %s', (version) => {
    const asked = review({ object: mirrorPeer(full) }, `admission.k8s.io/${version}`)
    expect(JSON.parse(raw(validatePath, JSON.stringify(asked)))).toEqual({
      apiVersion: `admission.k8s.io/${version}`,
      kind: 'AdmissionReview',
      response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
    })
  })

  it('gives the uid back as it came', () => {
    const uid = '\ud83d\ude00 "quoted" \u2028'
    expect(validate({ uid, object: mirrorPeer() }).uid).toBe(uid)
    expect(raw(validatePath, JSON.stringify(review({ uid: '\ud800', object: {} })))).toContain('"\\ud800"')
  })
})

describe('the mutating webhook', () => {
  const add = (name: string, value: unknown) => ({ op: 'add', path: `/spec/${name}`, value })

  it.each([
    ['everything', {}, [add('type', 'async'), add('schedulingIntervals', ['5m']), add('manageS3', false)]],
    ['the intervals', { type: 'sync', manageS3: true }, [add('schedulingIntervals', ['5m'])]],
    [
      'an empty list of intervals',
      { ...full, schedulingIntervals: [] },
      [add('schedulingIntervals', ['5m'])],
    ],
    ['null', { ...full, type: null }, [add('type', 'async')]],
    ['nothing', full, undefined],
    ['nothing, though it is wrong', { ...full, type: 'metro', items: 5 }, undefined],
  ])('fills in what is missing: %s', (_what, spec, patch) => {
    const answer = mutate({ object: mirrorPeer(spec) })
    expect(answer.allowed).toBe(true)
    expect(patchOf(answer)).toEqual(patch)
    expect(answer.patchType).toBe(patch === undefined ? undefined : 'JSONPatch')
  })

  it.each([
    ['no spec', { ...mirrorPeer(), spec: undefined }],
    ['null for spec', { ...mirrorPeer(), spec: null }],
    ['a list for spec', { ...mirrorPeer(), spec: [] }],
    ['a text for an object', 'mp'],
    ['no object', null],
  ])('leaves %s to the one that validates', (_what, object) => {
    const answer = mutate({ object })
    expect(answer).toMatchObject({ allowed: true })
    expect(answer.patch).toBeUndefined()
    expect(validate({ object })).toMatchObject({ allowed: false, status: { code: 422 } })
  })

  it('fills in an update too, and says what is odd', () => {
    const answer = mutate({
      operation: 'UPDATE',
      oldObject: mirrorPeer(full),
      object: mirrorPeer({ type: 'async', manageS3: false, schedulingIntervals: ['0m'] }),
    })
    expect(answer.patch).toBeUndefined()
    expect(answer.warnings).toEqual([expect.stringMatching(/^spec\.schedulingIntervals\[0\]: /)])
  })
})

describe('what is wrong', () => {
  it('is told by the mutating webhook as warnings, for a schema refuses in other words before the validating one is asked', () => {
    const object = mirrorPeer({
      type: 'metro',
      items: [item('c1'), item('c1', 'second', '')],
      schedulingIntervals: ['5m', '5'],
    })
    const answer = mutate({ object })
    expect(answer.allowed).toBe(true)
    expect(answer.warnings).toEqual([
      'spec.type: "metro" is no type of MirrorPeer: use async or sync',
      expect.stringMatching(/^spec\.items\[1\]\.storageClusterRef\.namespace: /),
      expect.stringMatching(/^spec\.items\[1\]\.clusterName: /),
      expect.stringMatching(/^spec\.schedulingIntervals\[1\]: "5" is no interval: /),
    ])
  })

  it('is at most five warnings, each short and in ASCII, with what is odd at most twenty', () => {
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, 1]))
    const intervals = Array.from({ length: 900 }, () => `🙂ü\u202e${'→'.repeat(400)}`)
    const { warnings = [] } = mutate({ object: mirrorPeer({ ...fields, schedulingIntervals: intervals }) })
    expect(warnings.slice(0, 5).map((text) => text.slice(0, 25))).toEqual([
      ...[0, 1, 2, 3].map((n) => `spec.schedulingIntervals[${n}`.slice(0, 25)),
      'and 896 more that is wron',
    ])
    expect(warnings.length).toBeLessThanOrEqual(20)
    for (const text of warnings) expect(text).toMatch(/^[\x20-\x7e]{1,256}$/)
  })

  it('is nothing of an update that leaves the spec as it is', () => {
    const stored = mirrorPeer({ type: 'metro' })
    expect(mutate({ operation: 'UPDATE', oldObject: stored, object: stored }).warnings).toBeUndefined()
  })
})

describe('the validating webhook', () => {
  it('tells every problem at once, as an API server would', () => {
    const object = mirrorPeer({
      type: 'metro',
      items: [item('c1'), item('c1', 'second', '')],
      schedulingIntervals: ['5m', '5'],
    })
    const answer = validate({ object })
    expect(answer).toMatchObject({
      allowed: false,
      status: {
        code: 422,
        reason: 'Invalid',
        status: 'Failure',
        details: { name: 'mp', group: contract.group, kind: 'MirrorPeer' },
      },
    })
    expect(causes(answer)).toEqual([
      'spec.type FieldValueNotSupported',
      'spec.items[1].storageClusterRef.namespace FieldValueRequired',
      'spec.items[1].clusterName FieldValueDuplicate',
      'spec.schedulingIntervals[1] FieldValueInvalid',
    ])
    expect(answer.status?.message).toMatch(
      /^MirrorPeer\.multicluster\.odf\.openshift\.io "mp" is invalid: \[spec\.type: "metro" is no type of MirrorPeer.*, spec\.items\[1\]\.storageClusterRef\.namespace: .*\]$/,
    )
  })

  it('names what is generated by what its name begins with', () => {
    const object = { ...mirrorPeer({ type: 'metro' }), metadata: { generateName: 'mp-' } }
    expect(validate({ name: '', object }).status?.message).toContain('"mp-" is invalid: spec.type: ')
    expect(validate({ name: undefined, object: 5 }).status?.message).toContain('"" is invalid: 5 is no')
  })

  it('stays short however much is wrong', () => {
    const many = (interval: string) =>
      mirrorPeer({ schedulingIntervals: Array.from({ length: 1000 }, () => interval) })
    const answer = validate({ object: many('') })
    expect(causes(answer)).toHaveLength(64)
    expect(answer.status?.message).toMatch(/, and 936 more\]$/)
    const odd = validate({ object: many('0m') })
    expect(odd.allowed).toBe(true)
    expect(odd.warnings).toHaveLength(17)
  })

  it('looks into no list of which nobody would wait for the end, unless it stays as it is', () => {
    const long = mirrorPeer({ schedulingIntervals: Array.from({ length: 500_000 }, () => '') })
    expect(causes(validate({ object: long }))).toEqual(['spec.schedulingIntervals FieldValueInvalid'])
    expect(mutate({ object: long })).toMatchObject({ allowed: true })
    const items = mirrorPeer({ items: Array.from({ length: 20_000 }, (_, i) => item(`c${i}`)) })
    expect(causes(validate({ object: items }))).toEqual(['spec.items FieldValueInvalid'])
    const going = { ...long, metadata: { name: 'mp', finalizers: [] } }
    expect(validate({ operation: 'UPDATE', oldObject: long, object: going }).allowed).toBe(true)
    expect(validate({ operation: 'UPDATE', oldObject: mirrorPeer(), object: long }).allowed).toBe(false)
  })

  it('counts fields that are dropped, however many there are', () => {
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, 1]))
    const { allowed, warnings = [] } = validate({ object: mirrorPeer(fields) })
    expect(allowed).toBe(true)
    expect(warnings).toHaveLength(17)
    expect(warnings[0]).toMatch(/^spec\.field0: /)
    expect(warnings.at(-1)).toBe('and 4984 more of this kind')
  })

  it('says what is odd and lets it pass', () => {
    const answer = validate({ object: mirrorPeer({ schedulingIntervals: ['0m', '400d'] }) })
    expect(answer.allowed).toBe(true)
    expect(answer.warnings).toEqual([
      expect.stringMatching(/^spec\.schedulingIntervals\[0\]: /),
      expect.stringMatching(/^spec\.schedulingIntervals\[1\]: /),
    ])
  })

  it('lets an update pass that leaves a spec as it is, whatever is stored', () => {
    const oldObject = mirrorPeer({ items: 5, type: {} }, { finalizers: ['a'] })
    const object = mirrorPeer({ items: 5, type: {} }, { deletionTimestamp: '2023-01-30T00:00:00Z' })
    expect(validate({ operation: 'UPDATE', oldObject, object })).toMatchObject({ allowed: true })
    expect(causes(validate({ operation: 'UPDATE', oldObject, object: mirrorPeer() }))).toContain(
      'spec.type FieldValueInvalid',
    )
  })

  it('says of an update without the old object that it is missing', () => {
    for (const oldObject of [undefined, null]) {
      expect(validate({ operation: 'UPDATE', oldObject, object: mirrorPeer() })).toMatchObject({
        allowed: false,
        status: {
          code: 422,
          message: expect.stringContaining('"mp" is invalid: the old MirrorPeer is missing'),
          details: { causes: [{ reason: 'FieldValueRequired', field: '' }] },
        },
      })
    }
  })

  it('holds an agent to its own finalizer, and only where its cluster is named', () => {
    const finalizer = (cluster: string) => `${cluster}.spoke.multicluster.odf.openshift.io`
    const update = (
      before: Readonly<Record<string, unknown>>,
      after: Readonly<Record<string, unknown>>,
      by: string,
    ) =>
      causes(
        validate({
          operation: 'UPDATE',
          userInfo: { username: by },
          oldObject: mirrorPeer(full, before),
          object: mirrorPeer(full, after),
        }),
      )
    const agent = (cluster: string) => `system:serviceaccount:${cluster}:tokenexchange-agent`
    const own = { finalizers: [finalizer('c1')] }
    const refused = ['metadata.finalizers FieldValueForbidden']
    expect(update({}, own, agent('c1'))).toEqual([])
    expect(update(own, {}, agent('c1'))).toEqual([])
    expect(update(own, {}, agent('c2'))).toEqual(refused)
    const stranger = { finalizers: [finalizer('c3')] }
    expect(update({}, stranger, agent('c3'))).toEqual(refused)
    expect(update(stranger, {}, agent('c3'))).toEqual([])
    expect(update({}, { labels: { a: 'b' } }, agent('c1'))).toEqual(['metadata.labels FieldValueForbidden'])
    expect(update({}, { labels: { a: 'b' } }, 'admin')).toEqual([])
  })
})

describe.each([
  ['mutating', mutate],
  ['validating', validate],
])('the %s webhook', (_name, send) => {
  const bad = mirrorPeer({ type: 'metro' })

  it.each([
    ['deletion', { operation: 'DELETE', oldObject: bad }],
    ['deletion of something else', { operation: 'DELETE', kind: { group: '', version: 'v1', kind: 'Pod' } }],
    ['a connection', { operation: 'CONNECT' }],
    ['status', { operation: 'UPDATE', subResource: 'status', object: bad, oldObject: mirrorPeer() }],
  ])('never refuses %s', (_what, overrides) => {
    const answer = send(overrides)
    expect(answer.allowed).toBe(true)
    expect(answer.patch).toBeUndefined()
  })

  it.each([
    [
      'secrets of ""',
      {
        kind: { group: '', version: 'v1', kind: 'Secret' },
        resource: { group: '', version: 'v1', resource: 'secrets' },
      },
    ],
    ['its version v1beta1', { kind: { group: contract.group, version: 'v1beta1', kind: 'MirrorPeer' } }],
    ['its subresource scale', { subResource: 'scale' }],
  ])('says that it knows nothing of %s', (what, overrides) => {
    expect(send({ object: {}, ...overrides })).toMatchObject({
      allowed: false,
      status: {
        code: 400,
        reason: 'BadRequest',
        message: expect.stringContaining(`not ${what}: correct the rules`),
      },
    })
  })

  it('judges what does not say its kind by what it is', () => {
    expect(send({ kind: undefined, resource: null, object: mirrorPeer() }).allowed).toBe(true)
  })
})

describe('a body that is no review', () => {
  const nested = (levels: number): string =>
    JSON.stringify(review({ object: 0 })).replace(
      '"object":0',
      `"object":${'['.repeat(levels)}${']'.repeat(levels)}`,
    )

  it.each([
    ['nothing', '', 'the body is empty'],
    ['blanks', ' \n', 'the body is empty'],
    ['no JSON', '{"kind":', 'the body is no JSON'],
    ['two values', '{} {}', 'the body is no JSON'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'the body is no UTF-8'],
    ['half a letter', Buffer.from('{"a":"\u00e4').subarray(0, 7), 'the body is no UTF-8'],
    ['a list', '[]', 'expected an object of kind AdmissionReview, got a list'],
    ['a text', '"x"', 'got "x"'],
    ['a number', '1', 'got 1'],
    ['null', 'null', 'got none'],
    ['another kind', '{"kind":"ConversionReview"}', 'got kind "ConversionReview"'],
    [
      'no version',
      '{"kind":"AdmissionReview"}',
      'of apiVersion none: expected admission.k8s.io/v1 or /v1beta1',
    ],
    [
      'an unknown version',
      JSON.stringify(review({}, 'admission.k8s.io/v2')),
      'apiVersion "admission.k8s.io/v2"',
    ],
    ['a version of a prototype', JSON.stringify(review({}, 'admission.k8s.io/constructor')), 'apiVersion'],
    ['no request', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', 'has no request'],
    [
      'a request behind a prototype',
      `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","__proto__":{"request":${JSON.stringify(request())}}}`,
      'has no request',
    ],
    ['no uid', JSON.stringify(review({ uid: undefined })), 'the request has no uid'],
    ['an empty uid', JSON.stringify(review({ uid: '' })), 'the request has no uid'],
    ['a number for uid', JSON.stringify(review({ uid: 5 })), 'the request has no uid'],
    ['an unknown operation', JSON.stringify(review({ operation: 'PATCH' })), 'got "PATCH"'],
    ['a text for a kind', JSON.stringify(review({ kind: 'MirrorPeer' })), 'kind of the request is no object'],
    ['a list for a user', JSON.stringify(review({ userInfo: [] })), 'userInfo of the request is no object'],
    ['a number for a name', JSON.stringify(review({ name: 5 })), 'name of the request is no text'],
    ['a million levels', nested(1_000_000), 'nested too deep'],
    ['levels in a text', `"${'\\"['.repeat(300)}"`, 'got a long text'],
  ])('is refused in words: %s', (_what, body, words) => {
    expect(() => raw(validatePath, body)).toThrow(
      expect.objectContaining({
        name: 'BadRequestError',
        status: 400,
        message: expect.stringContaining(words),
      }),
    )
  })

  it('may be as deep as anybody needs', () => {
    expect(JSON.parse(raw(validatePath, nested(190)))).toMatchObject({ response: { allowed: false } })
  })

  it('keeps what is named like a part of a prototype to itself', () => {
    const hostile = `{"metadata":{"name":"mp"},"__proto__":{"spec":{"type":"metro"}},"spec":{"constructor":{"a":1},"__proto__":{"type":"metro"},"items":[${JSON.stringify(item('c1'))},${JSON.stringify(item('c2'))}]}}`
    const body = JSON.stringify(review({ object: 0 })).replace('"object":0', `"object":${hostile}`)
    const { response } = JSON.parse(raw(mutatePath, body)) as { readonly response: Response }
    expect(patchOf(response)).toHaveLength(3)
    expect({}).not.toHaveProperty('type')
  })
})

describe('the log', () => {
  it('has a line for each refused request: who, what and why', () => {
    const lines: object[] = []
    const logger: Logger = { ...silentLogger, info: (fields, message) => lines.push({ ...fields, message }) }
    raw(validatePath, JSON.stringify(review({ object: mirrorPeer() })), logger)
    expect(lines).toEqual([])
    raw(validatePath, JSON.stringify(review({ object: mirrorPeer({ type: 'metro' }) })), logger)
    expect(lines).toEqual([
      {
        message: 'refused a request',
        webhook: validatePath,
        operation: 'CREATE',
        mirrorPeer: 'mp',
        username: 'admin',
        uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
        dryRun: false,
        why: expect.stringContaining('spec.type: "metro"'),
      },
    ])
  })
})
