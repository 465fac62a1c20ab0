import type { Answer } from '../../answer.ts'
import type { Cases } from '../../conformance-case.ts'
import { invalidOptions } from './invalid-options.ts'
import { withSecrets } from './secrets.ts'

const continueOf = ({ body }: Answer): string => encodeURIComponent(body.metadata.continue)
const named = (...names: readonly string[]) => names.map((name) => ({ metadata: { name } }))

/** Which state of the collection is answered. */
export const versions: Cases = {
  'resourceVersionMatch=Exact is the state of that version': async (api) => {
    const [, second = ''] = await withSecrets(api, 'a', 'b', 'c')
    await api.delete(api.in('secrets', 'a'))
    await api.patch(api.in('secrets', 'b'), 'merge', { metadata: { labels: { late: 'yes' } } })
    const then = await api.get(`${api.in('secrets')}?resourceVersion=${second}&resourceVersionMatch=Exact`)
    then.is(200, {
      metadata: { resourceVersion: second },
      items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b', labels: undefined } }],
    })
    const page = await api.get(
      `${api.in('secrets')}?resourceVersion=${second}&resourceVersionMatch=Exact&limit=1`,
    )
    page.is(200, { metadata: { resourceVersion: second, remainingItemCount: 1 }, items: named('a') })
    const rest = await api.get(`${api.in('secrets')}?limit=1&continue=${continueOf(page)}`)
    rest.is(200, { metadata: { resourceVersion: second }, items: named('b') })
  },

  'a version with a limit and no match means exactly that version': async (api) => {
    const [, second = ''] = await withSecrets(api, 'a', 'b', 'c')
    const page = await api.get(`${api.in('secrets')}?resourceVersion=${second}&limit=1`)
    page.is(200, { metadata: { resourceVersion: second, remainingItemCount: 1 }, items: named('a') })
  },

  'a version without a limit means not older than that version': async (api) => {
    const [first = ''] = await withSecrets(api, 'a', 'b', 'c')
    const all = { items: named('a', 'b', 'c') }
    ;(await api.get(`${api.in('secrets')}?resourceVersion=${first}`)).is(200, all)
    ;(await api.get(`${api.in('secrets')}?resourceVersion=${first}&resourceVersionMatch=NotOlderThan`)).is(
      200,
      all,
    )
    const page = await api.get(
      `${api.in('secrets')}?resourceVersion=${first}&resourceVersionMatch=NotOlderThan&limit=1`,
    )
    page.is(200, { metadata: { remainingItemCount: 2 }, items: named('a') })
  },

  'resourceVersion 0 is answered from what is at hand, without pages': async (api) => {
    const [, , last = ''] = await withSecrets(api, 'a', 'b', 'c')
    const all = { metadata: { continue: undefined }, items: named('a', 'b', 'c') }
    // makes sure that the version is at hand
    ;(await api.get(`${api.in('secrets')}?resourceVersion=${last}`)).is(200, all)
    ;(await api.get(`${api.in('secrets')}?resourceVersion=0`)).is(200, all)
    ;(await api.get(`${api.in('secrets')}?resourceVersion=0&limit=1`)).is(200, all)
    ;(await api.get(`${api.in('secrets')}?resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=1`)).is(
      200,
      all,
    )
  },

  'resourceVersionMatch without a version, or with one it cannot go with, is refused': async (api) => {
    const at = (query: string): string => `${api.in('secrets')}?${query}`
    const without =
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'
    ;(await api.get(at('resourceVersionMatch=Exact'))).is(422, invalidOptions(without))
    ;(await api.get(at('resourceVersionMatch=NotOlderThan&limit=1'))).is(422, invalidOptions(without))
    ;(await api.get(at('resourceVersionMatch=Exact&resourceVersion=0'))).is(
      422,
      invalidOptions(
        'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
    )
    const unknown =
      'resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""'
    ;(await api.get(at('resourceVersionMatch=Newest&resourceVersion=1'))).is(422, invalidOptions(unknown))
    ;(await api.get(at('resourceVersionMatch=Newest'))).is(422, invalidOptions(`[${without}, ${unknown}]`))
    ;(await api.get(at('resourceVersionMatch=Exact&continue=abc'))).is(422, { details: { causes: [{}, {}] } })
  },

  'sendInitialEvents is for watches': async (api) => {
    const refusal = invalidOptions('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list')
    ;(await api.get(`${api.in('secrets')}?sendInitialEvents=true`)).is(422, refusal)
    ;(await api.get(`${api.in('secrets')}?sendInitialEvents=false`)).is(422, refusal)
  },

  'a version that is no number is refused, by a list and by a read': async (api) => {
    await withSecrets(api, 'a')
    const why = 'strconv.ParseUint: parsing "abc": invalid syntax'
    for (const query of ['', '&resourceVersionMatch=Exact', '&resourceVersionMatch=NotOlderThan', '&limit=1'])
      (await api.get(`${api.in('secrets')}?resourceVersion=abc${query}`)).is(400, {
        message: `invalid resource version: resourceVersion: Invalid value: "abc": ${why}`,
      })
    ;(await api.get(`${api.in('secrets')}?resourceVersion=-1`)).is(400)
    ;(await api.get(`${api.in('secrets', 'a')}?resourceVersion=abc`)).is(500, {
      reason: undefined,
      message: `resourceVersion: Invalid value: "abc": ${why}`,
    })
  },

  'a version that has not been reached is waited for, then it is 504 with a cause': async (api) => {
    await withSecrets(api, 'a')
    const future = 'resourceVersion=999999999'
    const timeout = {
      reason: 'Timeout',
      message: /^Timeout: Too large resource version: 999999999, current: \d+$/,
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    }
    ;(await api.get(`${api.in('secrets')}?${future}`)).is(504, timeout)
    ;(await api.get(`${api.in('secrets', 'a')}?${future}`)).is(504, timeout)
  },

  'a read is not older than the version it asks for': async (api) => {
    const [version = ''] = await withSecrets(api, 'a')
    ;(await api.get(`${api.in('secrets', 'a')}?resourceVersion=${version}`)).is(200, {
      metadata: { name: 'a' },
    })
    ;(await api.get(`${api.in('secrets', 'a')}?resourceVersion=0`)).is(200, { metadata: { name: 'a' } })
    ;(await api.get(`${api.in('secrets', 'b')}?resourceVersion=${version}`)).is(404)
  },
}
