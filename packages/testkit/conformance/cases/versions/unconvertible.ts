import type { Cases } from '../../conformance-case.ts'
import { defineVersions, quiet, twoVersions, widgetOf } from './two-versions.ts'
import { answerWith, rightly, withWebhook } from './webhook.ts'

/** Objects that a webhook cannot convert. */
export const unconvertible: Cases = {
  'an object that cannot be converted disturbs nobody once it is gone': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    webhook.answer = (review) =>
      review.request.objects.some(({ metadata }) => metadata['name'] === 'bad')
        ? answerWith(review, [], { status: 'Failure', message: 'cannot do that' })
        : rightly(review)
    await api.post(first, widgetOf(api, 'good', 'v1', { spec: { size: 1 } }), quiet)
    await api.post(first, widgetOf(api, 'bad', 'v1', { spec: { size: 2 } }), quiet)
    await api.get(`${second}/bad`)
    await api.delete(`${first}/bad`, undefined, quiet)
    const list = await api.until(second, ({ status }) => status === 200)
    // a real server takes a moment to see that it is gone
    const { resourceVersion } = list.body.metadata as { resourceVersion: string }
    await api.until(`${second}?resourceVersion=${resourceVersion}`, ({ status }) => status === 200)
    const watch = await api.watch(second)
    await api.post(first, widgetOf(api, 'other', 'v1', { spec: { size: 3 } }), quiet)
    await watch.next(
      { type: 'ADDED', object: { spec: { width: 1 } } },
      { type: 'ADDED', object: { spec: { width: 3 } } },
    )
  }),
}
