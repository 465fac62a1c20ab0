import { contract } from '@odfmo/api-types'
import type { Explanation } from '@odfmo/controller-kit'
import type { ConsoleInit } from './console-init.ts'

/** Whether both objects are as they should be; if not, a sentence that names what is waited for. */
export type ConsoleStatus = { readonly is: 'right' } | { readonly is: 'waiting'; readonly why: string }

/** What is known of the console, of `Engine.explain` and `Informers.unsynced`. */
export interface ConsoleKnowledge {
  readonly explanations: readonly Pick<Explanation, 'derived' | 'state'>[]
  /** Kinds that cannot be believed yet; those of others are passed over. */
  readonly unsynced: readonly { readonly name: string; readonly why: string }[]
}

/** Judges the console by the states of its rules. Pure. */
export const consoleStatus = (
  { namespace, kinds, derived }: ConsoleInit,
  { explanations, unsynced }: ConsoleKnowledge,
): ConsoleStatus => {
  const [service, ...plugins] = derived.map(
    ({ name }) => explanations.find((one) => one.derived === name)?.state,
  )
  const states = [service, ...plugins].filter((state) => state !== undefined)
  const open = states.filter(({ is }) => is !== 'present' && is !== 'left')
  const isMade = plugins.some((state) => state?.is === 'present')
  if (service?.is === 'present' && isMade && open.length === 0) return { is: 'right' }
  const names = new Set(Object.values(kinds).map(({ name }) => name))
  const unknown = unsynced.filter(({ name }) => names.has(name)).map(({ name, why }) => `${name}: ${why}`)
  const known = open.flatMap((state) => ('message' in state ? [state.message] : []))
  const sentences = [...new Set([...unknown, ...known])]
  if (sentences.length > 0) return { is: 'waiting', why: sentences.join('; ') }
  const missing =
    service?.is === 'present'
      ? `ConsolePlugin ${contract.console.name} is not made yet`
      : `Deployment ${namespace}/${contract.console.name} is not there, or being deleted`
  return { is: 'waiting', why: missing }
}
