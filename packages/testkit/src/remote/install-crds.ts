import type { ClusterClient } from '../access/cluster-client.ts'
import { ClusterError } from '../access/cluster-error.ts'
import { systemClock } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import { isJsonObject, listAt, textAt } from '../kube-object.ts'
import { applyOverHttps } from './apply.ts'
import type { Discovery } from './discovery.ts'
import { fewAtATime } from './few-at-a-time.ts'

const definitionKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
}

const timeoutMs = 30_000
/** Discovery cannot be watched. */
const lookEveryMs = 30

const isTrue = (object: unknown, type: string): boolean =>
  listAt(object, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True',
  )

/** Why it is not served yet; undefined when it is. */
const whyNotServed = async (
  client: ClusterClient,
  discovery: Discovery,
  definition: KubeObject,
): Promise<string | undefined> => {
  const live = await client.get(definitionKind, { name: definition.metadata.name ?? '' })
  if (!isTrue(live, 'Established'))
    return `its conditions are ${JSON.stringify(listAt(live, 'status', 'conditions'))}`
  const group = textAt(definition, 'spec', 'group')
  const plural = textAt(definition, 'spec', 'names', 'plural')
  const versions = listAt(definition, 'spec', 'versions').filter(isJsonObject)
  for (const version of versions) {
    if (version['served'] === false) continue
    const name = textAt(version, 'name')
    const served = (await discovery.version(`${group}/${name}`)).find((kind) => kind.plural === plural)
    if (served === undefined) return `discovery does not tell of ${group}/${name} ${plural}`
    try {
      await client.list(served, {})
    } catch (error) {
      // known but not answered yet: its storage is being made
      if (
        error instanceof ClusterError &&
        (error.status === 404 || error.status === 429 || error.status === 503)
      )
        return error.message
      throw error
    }
  }
  return undefined
}

/** Creates or merges definitions, and resolves when every served version of each is answered. */
export const installCrdsOverHttps = async (
  client: ClusterClient,
  discovery: Discovery,
  definitions: readonly KubeObject[],
): Promise<void> => {
  await fewAtATime(definitions, (definition) => applyOverHttps(client, discovery, definition))
  const deadline = systemClock.monotonic() + timeoutMs
  const untilServed = async (definition: KubeObject): Promise<void> => {
    for (;;) {
      const why = await whyNotServed(client, discovery, definition)
      if (why === undefined) return
      if (systemClock.monotonic() > deadline)
        throw new Error(
          `${definition.metadata.name ?? ''} was not served within ${timeoutMs / 1_000} s: ${why}`,
        )
      await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve))
    }
  }
  await fewAtATime(definitions, untilServed)
}
