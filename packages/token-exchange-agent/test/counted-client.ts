import type { KubeClient } from '@odfmo/controller-kit'

/** How many calls have no answer yet, watches not counted. */
export interface UnderWay {
  calls: number
}

const counted = new Set<string | symbol>(['get', 'list', 'create', 'update', 'patch', 'delete'])

/** The same client, that tells what is on its way: time goes on only when nothing is. */
export const countedClient = (client: KubeClient, underWay: UnderWay): KubeClient =>
  new Proxy(client, {
    get(target, name) {
      if (name === 'urgent') return () => countedClient(target.urgent(), underWay)
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (!counted.has(name)) return value.bind(target) as unknown
      return async (...given: readonly unknown[]): Promise<unknown> => {
        underWay.calls += 1
        try {
          return await (Reflect.apply(value, target, given) as Promise<unknown>)
        } finally {
          underWay.calls -= 1
        }
      }
    },
  })
