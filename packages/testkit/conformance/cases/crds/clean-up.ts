import type { Cases } from '../../conformance-case.ts'
import { denied, rule, withWebhooks } from '../admission/webhook.ts'
import { define, definitions, groupOf, widget } from './definition.ts'

const only = { show: ({ kind }: { kind?: string }) => ({ kind }) }

/** What becomes of the objects of a definition that goes. */
export const cleanUp: Cases = {
  'the objects of a definition that is deleted are taken away without a word of webhooks': async (api) => {
    const rules = [rule(['DELETE'], ['widgets'], groupOf(api))]
    const path = await define(api)
    await api.post(path, widget(api, 'a', {}), only)
    await withWebhooks(
      api,
      { validating: [{ name: 'one', fields: { rules }, answer: () => denied('it stays') }] },
      async (hooks) => {
        const at = `${definitions}/widgets.${groupOf(api)}`
        ;(await api.delete(`${path}/a`)).is(400)
        hooks.called()
        await api.delete(at, undefined, only)
        await api.until(at, ({ status }) => status === 404, only)
        hooks.record()
      },
      { everybody: true },
    )
  },
}
