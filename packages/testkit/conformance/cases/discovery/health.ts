import type { Cases } from '../../conformance-case.ts'

/** Which checks there are is the server's own matter. */
const lastLine = (text: string): unknown => text.trim().split('\n').at(-1)

export const health: Cases = {
  'the version of the server is told': async (api) => {
    const show = ({ major, minor, gitVersion }: Record<string, string>) => ({ major, minor, gitVersion })
    ;(await api.get('/version', { show })).is(200, { major: '1', minor: '35' })
    ;(await api.get('/version/', { show })).is(200)
  },

  'health is told in a word': async (api) => {
    for (const path of ['/healthz', '/livez', '/readyz', '/readyz/ping', '/livez/ping', '/healthz/ping'])
      (await api.get(path)).is(200)
    ;(await api.get('/readyz/none')).is(404)
    ;(await api.get('/healthz/')).is(404)
  },

  'health is told check by check': async (api) => {
    for (const path of ['/healthz', '/livez', '/readyz']) {
      const answer = await api.call('GET', `${path}?verbose`, undefined, { showText: lastLine })
      answer.is(200)
    }
    ;(await api.get('/readyz/ping?verbose')).is(200)
    ;(await api.get('/livez?exclude=ping')).is(200)
  },

  'every user may ask for health, version and discovery': async (api) => {
    const user = api.as({ user: 'jane' })
    ;(await user.get('/readyz')).is(200)
    ;(await user.get('/version', { show: ({ major }) => major })).is(200)
    ;(await user.get('/apis/apps')).is(200)
    ;(await user.get('/openapi/v3', { show: () => undefined })).is(200)
    ;(await user.get('/metrics')).is(403)
  },
}
