/** Reasons for waiting that keep the finalizer: something that is to go is still there. */
export const reasons = {
  /** The hub does not tell what MirrorPeers there are. */
  notServed: 'KindNotServed',
  /** The hub holds secrets of another spoke of our name. */
  otherCluster: 'OtherCluster',
  /** What bears no mark of ours is kept by MirrorPeers without our finalizer only: nobody else would remember it. */
  notTakenOver: 'NotTakenOver',
  /** A StorageCluster still takes its peer's token from the Secret. */
  stillListed: 'StillListed',
} as const

/** What the hub has delivered makes no sense here. */
export const invalidGreenSecret = 'InvalidGreenSecret'

export const keepsFinalizer = (reason: string): boolean =>
  (Object.values(reasons) as readonly string[]).includes(reason)
