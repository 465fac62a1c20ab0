import { waiting, type Waiting } from '@odfmo/controller-kit'
import { reasons } from '../derived/reasons.ts'
import { leaving, live, type Pairing } from './pairing.ts'

/**
 * Why a thing that bears no mark of ours has to be remembered by the MirrorPeers that are being deleted: others are live
 * and keep it, but our finalizer is on none of them, so each of those could go without a word. Given all MirrorPeers that
 * want it, when it is there; undefined when there is no such reason.
 */
export const notTakenOver = (what: string, all: readonly Pairing[]): Waiting | undefined => {
  const keepers = live(all)
  const [first] = keepers
  if (first === undefined || leaving(all).length === 0 || keepers.some(({ isHeld }) => isHeld))
    return undefined
  return waiting(
    reasons.notTakenOver,
    `${what} is kept for MirrorPeer ${first.mirrorPeer.metadata.name}, which is not in force (the hub has to accept it ` +
      'first): taken over when it is, taken away when it is deleted',
  )
}
