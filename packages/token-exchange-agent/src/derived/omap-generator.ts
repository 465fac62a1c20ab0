import { contract, keyText, type ConfigMap } from '@odfmo/api-types'
import { derived, edited, from, leave, waiting, type Derived } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { notTakenOver } from '../mirror-peer/not-taken-over.ts'
import { asyncOnly, inForce, leaving, live, pairings } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'

const { omapGeneratorKey } = contract.spoke
const on = 'true'

/**
 * Our key in Rook's configuration: mirrored volumes need their OMAP data at the other side. Other keys are Rook's. Kept by
 * MirrorPeers of type async only, as mirroring is.
 */
export const omapGenerator = (agent: AgentWorld): Derived<ConfigMap> => {
  const { hub, spoke, scope } = agent
  return derived({
    name: 'omap-generator',
    kind: spoke.ConfigMap,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => {
        const parts = partsOf(mirrorPeer, scope)
        return parts?.isAsync === true ? [parts.operatorConfig] : []
      }),
    ],
    wanted(key, world) {
      const all = asyncOnly(pairings(world, agent, agent.mirrorPeersByNamespace, key.namespace ?? ''))
      const isWanted = inForce(all).length > 0
      const configMap = world.read(spoke.ConfigMap, key, ['spec', 'meta'])
      if (configMap === undefined) {
        return isWanted
          ? waiting('NoRookConfig', `Rook has made no ConfigMap ${keyText(key)} on ${scope.clusterName} yet`)
          : leave()
      }
      const { [omapGeneratorKey]: value, ...others } = configMap.data ?? {}
      if (isWanted) {
        return value === on
          ? leave()
          : edited<ConfigMap>({ ...configMap, data: { ...others, [omapGeneratorKey]: on } })
      }
      if (value !== on) return leave()
      if (live(all).length > 0)
        return notTakenOver(`${omapGeneratorKey} in ConfigMap ${keyText(key)}`, all) ?? leave()
      if (leaving(all).length === 0) return leave()
      // Off is what Rook does without the key.
      const { data: _data, ...rest } = configMap
      return edited<ConfigMap>(Object.keys(others).length === 0 ? rest : { ...rest, data: others }, {
        confirm: true,
      })
    },
  })
}
