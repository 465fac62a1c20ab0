import { contract, kinds } from '@odfmo/api-types'
import type { Kind, ObjectKey } from '@odfmo/api-types/meta'
import { deployment, eventually, hubCrds } from '@odfmo/testkit'
import { expect } from 'vitest'
import { podNamespace } from './builders.ts'
import { find, get } from './hub-cluster.ts'
import type { Scene } from './scene.ts'

/** Whether a definition is that of OpenShift's console. */
export const isConsoles = ({ spec }: (typeof hubCrds)[number]): boolean =>
  spec.group === kinds.ConsolePlugin.group

/** Of the console's Deployment and Service. */
export const consoleKey = { namespace: podNamespace, name: contract.console.name }
export const pluginKey = { name: contract.console.name }

/** The console's Deployment comes first, OpenShift's kind later; then somebody edits what the hub made. */
export const consoleComes = async ({ cluster, edit }: Scene): Promise<void> => {
  await cluster.apply(deployment({ metadata: consoleKey }))
  await eventually(cluster, async () => expect(await find(cluster, kinds.Service, consoleKey)).toBeDefined())
  await cluster.installCrds(hubCrds.filter(isConsoles))
  await eventually(cluster, async () =>
    expect(await find(cluster, kinds.ConsolePlugin, pluginKey)).toBeDefined(),
  )
  const drifts: readonly (readonly [Kind, ObjectKey, object])[] = [
    [kinds.Service, consoleKey, { spec: { ports: [{ name: 'x', port: 80, targetPort: 80 }] } }],
    [kinds.ConsolePlugin, pluginKey, { spec: { displayName: 'x' } }],
  ]
  for (const [kind, key, patch] of drifts) {
    const before = await get(cluster, kind, key)
    await edit(kind, key, patch)
    await eventually(cluster, async () => {
      const { metadata, ...rest } = await get(cluster, kind, key)
      expect(metadata.resourceVersion).not.toBe(before.metadata.resourceVersion)
      const { metadata: _metadata, ...wanted } = before
      expect(rest).toEqual(wanted)
    })
  }
}
