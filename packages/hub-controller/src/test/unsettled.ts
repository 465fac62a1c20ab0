import type { Engine } from '@odfmo/controller-kit'

/** Keys of an engine that are not as wanted, for messages. */
export const unsettledKeys = (engine: Engine): readonly string[] =>
  engine
    .explain()
    .filter(({ state }) => !['present', 'absent', 'left'].includes(state.is))
    .map(
      ({ derived, key: { namespace = '', name }, state }) =>
        `${derived} ${namespace}/${name}: ${JSON.stringify(state)}`,
    )
