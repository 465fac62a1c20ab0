import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { podNamespace } from '../../src/test/builders.ts'
import type { Hands } from '../hands.ts'
import type { Truth } from '../truth.ts'

export const ramenKey = { namespace: podNamespace, name: contract.ramen.configMap }

export const ramenConfigOf = (hands: Hands): ConfigMap | undefined => hands.find(kinds.ConfigMap, ramenKey)

/** Ramen's hub operator writes its configuration from its own idea of it: without a profile of ours. */
export const ramenRewrites = async (hands: Hands, { ramenText = '' }: Truth): Promise<boolean> => {
  const data = { [contract.ramen.configKey]: ramenText }
  return ramenConfigOf(hands) === undefined
    ? hands.create(kinds.ConfigMap, { metadata: ramenKey, data })
    : hands.patch(kinds.ConfigMap, ramenKey, { data })
}
