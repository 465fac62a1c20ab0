import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { contract } from './contract.ts'

const suffix = contract.finalizer.spokeSuffix

/** Kubernetes allows no more in the last part of a finalizer. */
const longestFinalizer = 63
/** With `-`, 8 hex characters and the suffix that makes 63 again. */
const keptLength = 18
const hashLength = 8
/** What the original keeps of a name that is too long. */
const originalKeptLength = 10

/** The numbers above, for rules in another language. */
export const finalizerLengths = { longestFinalizer, keptLength, hashLength, originalKeptLength } as const

/**
 * Finalizer that the agent of this cluster holds on a MirrorPeer while it has something to clean up.
 * @throws TypeError when the name is no string.
 */
export const spokeFinalizer = (clusterName: string): string => {
  const characters = expectCharacters('clusterName', clusterName)
  if (fits(characters)) return clusterName + suffix
  const hash = bytesToHex(sha256(new TextEncoder().encode(clusterName))).slice(0, hashLength)
  return `${characters.slice(0, keptLength).join('')}-${hash}${suffix}`
}

/**
 * What an agent of the original holds instead: long names are cut to 10 characters, so that two clusters may share it.
 * @throws TypeError when the name is no string.
 */
export const originalSpokeFinalizer = (clusterName: string): string => {
  const characters = expectCharacters('clusterName', clusterName)
  return (fits(characters) ? clusterName : characters.slice(0, originalKeptLength).join('')) + suffix
}

/**
 * Whether any agent, of ours or of the original, holds this finalizer.
 * @throws TypeError when it is no string.
 */
export const isSpokeFinalizer = (finalizer: string): boolean => {
  expectCharacters('finalizer', finalizer)
  return finalizer.endsWith(suffix)
}

const fits = (characters: readonly string[]): boolean => characters.length + suffix.length <= longestFinalizer

const expectCharacters = (argument: string, value: unknown): readonly string[] => {
  if (typeof value !== 'string') throw new TypeError(`${argument}: expected a string, got ${typeof value}`)
  return [...value]
}
