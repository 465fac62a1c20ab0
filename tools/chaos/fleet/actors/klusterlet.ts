import { kinds } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { Hands } from '../../../../packages/hub-controller/chaos/hands.ts'
import type { Spoke } from '../spoke.ts'

const kindOf = ({ apiVersion, kind }: KubeObject): Kind => {
  const found = (Object.values(kinds) as readonly Kind[]).find(
    (one) => one.kind === kind && apiVersionOf(one) === apiVersion,
  )
  if (found === undefined) throw new Error(`a work brings a ${apiVersion} ${kind}, which nobody here knows`)
  return found
}

const keyOfObject = ({ metadata: { namespace, name = '' } }: KubeObject): ObjectKey => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
})

/** One round of a spoke's klusterlet: what works say is there, what none says any more goes. Answers whether it did anything. */
export const klusterletRound = async (hub: Hands, { truth, hands, applied }: Spoke): Promise<boolean> => {
  if (truth.isCutOff || truth.isDown) return false
  const works = hub.list(kinds.ManifestWork, truth.name)
  const wanted = new Map(
    works
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((work) =>
        (work.spec?.workload?.manifests ?? []).map((object) => {
          const { namespace = '', name = '' } = object.metadata
          const id = `${object.kind} ${namespace}/${name}`
          return [id, { work: work.metadata.name ?? '', text: JSON.stringify(object), object }] as const
        }),
      ),
  )
  let did = false
  for (const [id, { object }] of applied) {
    if (wanted.has(id)) continue
    applied.delete(id)
    did = (await hands.remove(kindOf(object as KubeObject), keyOfObject(object as KubeObject))) || did
  }
  for (const [id, one] of wanted) {
    const kind = kindOf(one.object)
    const live = hands.find(kind, keyOfObject(one.object))
    if (live !== undefined && applied.get(id)?.text === one.text) continue
    const { metadata, ...fields } = one.object
    const { labels, annotations } = metadata
    const isDone =
      live === undefined
        ? await hands.create(kind, one.object)
        : await hands.patch(kind, keyOfObject(one.object), { ...fields, metadata: { labels, annotations } })
    if (isDone) applied.set(id, one)
    did = isDone || did
  }
  return did
}
