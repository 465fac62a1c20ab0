import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchEvent } from '../client/object-client.ts'
import { reflectorFailure } from './reflector-failure.ts'
import {
  common,
  ignored,
  listPages,
  openAgain,
  startAgain,
  streamCut,
  sync,
  wait,
  wasWorthOpening,
} from './reflector-turns.ts'
import type {
  Listing,
  Opening,
  ReflectorInput,
  ReflectorState,
  ReflectorStep,
  Streaming,
  Watching,
} from './reflector-state.ts'

/** One transition. Pure; `random` in [0, 1) spreads the waits. */
export const reflectorStep = <T extends KubeObject>(
  state: ReflectorState,
  input: ReflectorInput<T>,
  random: number,
): ReflectorStep<T> => {
  switch (input.is) {
    case 'page':
      return state.is === 'listing' ? pageCame(state, input, random) : ignored(state)
    case 'opened':
      return opened(state)
    case 'event':
      if (state.is === 'streaming') return initialEventCame(state, input.event)
      return state.is === 'watching' ? eventCame(state, input.event) : ignored(state)
    case 'ended':
      if (state.is === 'streaming') return streamCut(state, 0, random)
      return state.is === 'watching' || state.is === 'opening'
        ? watchEnded(state, input.lastedMs, random)
        : ignored(state)
    case 'failed':
      return reflectorFailure(state, input, random)
    case 'woken':
      return woken(state)
    case 'announced':
      // Soon tried again, should it not be served yet: a definition comes before its endpoints do.
      return state.is === 'notServed'
        ? { state: { ...startAgain(state), failures: 0 }, effects: [] }
        : ignored(state)
  }
}

const pageCame = <T extends KubeObject>(
  state: Listing,
  page: Extract<ReflectorInput<T>, { is: 'page' }>,
  random: number,
): ReflectorStep<T> => {
  const { items, resourceVersion } = page
  if (state.resourceVersion !== undefined && state.resourceVersion !== resourceVersion) {
    // Not of the same moment, perhaps not of the same history.
    return { state: wait(listPages(state), 0, random), effects: [{ do: 'discard' }] }
  }
  const gather = { do: 'gather', items } as const
  if (page.continue !== undefined && page.continue !== '') {
    // Failures count on here too: a list that begins well may fail at the same page time and again.
    return {
      state: { ...state, continue: page.continue, resourceVersion, tried: false, notFounds: 0 },
      effects: [gather],
    }
  }
  return {
    state: {
      ...common(state),
      is: 'opening',
      resourceVersion,
      fresh: true,
      // Failures count on: what follows may fail at once, and that is not to be a list every second.
      notFounds: 0,
      cuts: 0,
      told: 'synced',
      listed: true,
    },
    effects: [gather, { do: 'complete', resourceVersion }, ...sync(state.told, { is: 'synced' })],
  }
}

const opened = (state: ReflectorState): ReflectorStep<never> => {
  if (state.is === 'streaming') return { state: { ...state, opened: true, notFounds: 0 }, effects: [] }
  return state.is === 'opening' ? watchOpened(state) : ignored(state)
}

const watchOpened = (state: Opening): ReflectorStep<never> => ({
  state: { ...state, is: 'watching', heard: false, notFounds: 0, refusals: 0, told: 'synced' },
  effects: sync(state.told, { is: 'synced' }),
})

/** What is there, and what becomes of it meanwhile, up to the bookmark that says that this was all. */
const initialEventCame = <T extends KubeObject>(
  state: Streaming,
  { type, object, endsInitialEvents }: WatchEvent<T>,
): ReflectorStep<T> => {
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { state, effects: [{ do: 'gather', items: [object] }] }
    case 'DELETED':
      return { state, effects: [{ do: 'ungather', object }] }
    case 'BOOKMARK':
      return endsInitialEvents === true && object.metadata.resourceVersion !== undefined
        ? streamComplete(state, object.metadata.resourceVersion)
        : ignored(state)
  }
}

const streamComplete = (state: Streaming, resourceVersion: string): ReflectorStep<never> => ({
  state: {
    ...common(state),
    is: 'watching',
    resourceVersion,
    fresh: true,
    heard: true,
    notFounds: 0,
    refusals: 0,
    cuts: 0,
    told: 'synced',
    listed: true,
  },
  effects: [{ do: 'complete', resourceVersion }, ...sync(state.told, { is: 'synced' })],
})

const eventCame = <T extends KubeObject>(
  state: Watching,
  { type, object }: WatchEvent<T>,
): ReflectorStep<T> => {
  const resourceVersion = object.metadata.resourceVersion ?? state.resourceVersion
  const next: Watching = { ...state, resourceVersion, fresh: false, heard: true, failures: 0 }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { state: next, effects: [{ do: 'upsert', object }] }
    case 'DELETED':
      return { state: next, effects: [{ do: 'remove', object }] }
    case 'BOOKMARK':
      return { state: next, effects: [] }
  }
}

const watchEnded = (state: Watching | Opening, lastedMs: number, random: number): ReflectorStep<never> => {
  const opening = openAgain(state, lastedMs)
  // Ended at once with nothing in it, time and again, would be a busy loop.
  if (wasWorthOpening(state, lastedMs)) return { state: opening, effects: [] }
  return { state: wait(opening, 0, random), effects: [] }
}

const woken = (state: ReflectorState): ReflectorStep<never> => {
  switch (state.is) {
    case 'waiting':
      return { state: state.next, effects: [] }
    case 'notServed':
      return { state: startAgain(state), effects: [] }
    case 'listing':
    case 'streaming':
    case 'opening':
    case 'watching':
      return ignored(state)
  }
}
