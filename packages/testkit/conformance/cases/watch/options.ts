import type { Cases } from '../../conformance-case.ts'
import { version, write } from './secrets.ts'

const added = (name: string) => ({ type: 'ADDED', object: { metadata: { name } } })

/** The end of the initial events: clients have a whole picture from here on. */
const initialEnd = {
  type: 'BOOKMARK',
  object: {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: {
      name: undefined,
      resourceVersion: /^\d+$/,
      annotations: { 'k8s.io/initial-events-end': 'true' },
    },
  },
}

const tooLarge = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    reason: 'Timeout',
    code: 504,
    message: /^Timeout: Too large resource version: 999999999, current: \d+$/,
    details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
  },
}

const streaming = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'

const invalidOptions = (message: string) => ({
  kind: 'Status',
  reason: 'Invalid',
  message: `ListOptions.meta.k8s.io "" is invalid: ${message}`,
})

/** What a watch can be told, and what it refuses. */
export const watchOptions: Cases = {
  'with bookmarks, a watch from no version or from 0 says where the initial events end': async (api) => {
    const last = version(await write(api, 'a'))
    const fromNone = await api.watch(`${api.in('secrets')}?allowWatchBookmarks=true`)
    await fromNone.next(added('a'), initialEnd)
    await api.get(`${api.in('secrets')}?resourceVersion=${last}`)
    const fromZero = await api.watch(`${api.in('secrets')}?allowWatchBookmarks=true&resourceVersion=0`)
    await fromZero.next(added('a'), initialEnd)
  },

  'a watch from a version has no such bookmark': async (api) => {
    const from = version(await write(api, 'a'))
    const watching = await api.watch(`${api.in('secrets')}?allowWatchBookmarks=true&resourceVersion=${from}`)
    await write(api, 'b')
    await watching.next(added('b'))
  },

  'sendInitialEvents streams a list: what is there, a bookmark, then the changes': async (api) => {
    const from = version(await write(api, 'a'))
    await write(api, 'b')
    const query = `${streaming}&allowWatchBookmarks=true`
    for (const at of ['', '&resourceVersion=', `&resourceVersion=${from}`]) {
      const watching = await api.watch(`${api.in('secrets')}?${query}${at}`)
      await watching.next(added('a'), added('b'), initialEnd)
      watching.close()
    }
    const empty = await api.watch(`${api.in('secrets')}?${query}&labelSelector=nobody-has-it`)
    await empty.next(initialEnd)
  },

  'sendInitialEvents without bookmarks streams the same without one': async (api) => {
    await write(api, 'a')
    const watching = await api.watch(`${api.in('secrets')}?${streaming}`)
    await watching.next(added('a'))
    await write(api, 'b')
    await watching.next(added('b'))
  },

  'sendInitialEvents=false streams changes only': async (api) => {
    const from = version(await write(api, 'a'))
    await write(api, 'b')
    const query = 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan'
    const now = await api.watch(`${api.in('secrets')}?${query}`)
    const then = await api.watch(`${api.in('secrets')}?${query}&resourceVersion=${from}`)
    await then.next(added('b'))
    await write(api, 'c')
    await then.next(added('c'))
    await now.next(added('c'))
  },

  'sendInitialEvents and resourceVersionMatch need each other': async (api) => {
    const refusal = async (query: string, message: string) =>
      (await api.watch(`${api.in('secrets')}?${query}`)).refusal?.is(422, invalidOptions(message))
    const needsMatch =
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
    const needsInitial =
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
    const unsupported = (value: string) =>
      `resourceVersionMatch: Unsupported value: "${value}": supported values: "NotOlderThan"`
    await refusal('sendInitialEvents=true', needsMatch)
    await refusal('sendInitialEvents=false&resourceVersion=1', needsMatch)
    await refusal(
      'sendInitialEvents=true&resourceVersionMatch=Exact',
      `[${needsMatch}, ${unsupported('Exact')}]`,
    )
    await refusal('resourceVersionMatch=NotOlderThan', needsInitial)
    await refusal(
      'resourceVersionMatch=Exact&resourceVersion=1',
      `[${needsInitial}, ${unsupported('Exact')}]`,
    )
    await refusal('resourceVersionMatch=Newest', `[${needsInitial}, ${unsupported('Newest')}]`)
    // the defaults of a watch from no version are these options
    await refusal(
      'continue=abc',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
    )
  },

  'initial events of a version that has not been reached are 504, in the stream': async (api) => {
    const watching = await api.watch(`${api.in('secrets')}?${streaming}&resourceVersion=999999999`)
    await watching.next(tooLarge)
    await watching.ended()
  },

  'a watch from a version that has not been reached is silent until then': async (api) => {
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=999999999&timeoutSeconds=1`)
    await write(api, 'a')
    await watching.ended()
  },

  'a version that is no number is refused before the stream': async (api) => {
    for (const text of ['abc', '-1']) {
      const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${text}`)
      watching.refusal?.is(500, {
        reason: undefined,
        message: `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
      })
    }
  },

  'timeoutSeconds ends a watch in order, 0 is none': async (api) => {
    await write(api, 'a')
    const long = await api.watch(`${api.in('secrets')}?timeoutSeconds=0`)
    const short = await api.watch(`${api.in('secrets')}?timeoutSeconds=1`)
    await short.ended()
    await write(api, 'b')
    await long.next(added('a'), added('b'))
    const wrong = await api.watch(`${api.in('secrets')}?timeoutSeconds=soon`)
    wrong.refusal?.is(400, { message: 'strconv.ParseInt: parsing "soon": invalid syntax' })
  },

  'shortly before its time is over a watch with bookmarks says how far it has come': async (api) => {
    const from = version(await write(api, 'a'))
    const watching = await api.watch(
      `${api.in('secrets')}?resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=5`,
    )
    const last = version(await write(api, 'b'))
    const [, bookmark] = await watching.next(added('b'), {
      type: 'BOOKMARK',
      object: {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: {
          annotations: undefined,
          resourceVersion: (reached: string) => Number(reached) >= Number(last),
        },
      },
    })
    await write(api, 'c')
    const next = await api.watch(
      `${api.in('secrets')}?resourceVersion=${bookmark?.object.metadata.resourceVersion}`,
    )
    await next.next(added('c'))
  },

  'what a watch does not know it passes over': async (api) => {
    await write(api, 'a')
    await write(api, 'b')
    for (const query of ['limit=1', 'fieldValidation=Nope', 'nonsense=true', 'dryRun=Nope', 'pretty=true']) {
      const watching = await api.watch(`${api.in('secrets')}?${query}`)
      await watching.next(added('a'), added('b'))
      watching.close()
    }
  },

  'any value of watch but 0 and false means yes': async (api) => {
    await write(api, 'a')
    for (const value of ['1', 'TRUE', 'yes', '']) {
      const watching = await api.watch(`${api.in('secrets')}?watch=${value}`)
      await watching.next(added('a'))
      watching.close()
    }
    for (const value of ['0', 'false', 'False']) {
      const all = await api.get(`${api.in('secrets')}?watch=${value}`)
      all.is(200, { kind: 'SecretList', items: [{ metadata: { name: 'a' } }] })
    }
  },
}
