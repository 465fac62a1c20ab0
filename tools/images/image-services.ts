/** A service as an image of its own. */
export interface ImageService {
  /** Its folder in `packages/`, and the last part of the image's name. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** What a container starts, before the arguments of a Deployment. */
  readonly entrypoint: readonly string[]
}

/** Where an image has its Node, and the program that this starts. */
export const nodePath = '/usr/bin/node'
export const programPath = '/app/dist'
/** By which the agent's Deployment, the original's too, starts it: the part of the contract that is a file. */
export const agentCommand = '/manager'

const entrypoint = [nodePath, `${programPath}/main.js`]

/** All images. */
export const imageServices: readonly [ImageService, ...ImageService[]] = [
  {
    name: 'hub-controller',
    title: 'odfmo hub controller',
    description: 'Turns MirrorPeers into exchanged secrets, S3 profiles, DRClusters and running agents',
    entrypoint,
  },
  {
    name: 'token-exchange-agent',
    title: 'odfmo token exchange agent',
    description: 'Carries secrets between its cluster and the hub, and prepares storage for mirroring',
    entrypoint: [agentCommand],
  },
  {
    name: 'webhook',
    title: 'odfmo webhook',
    description: 'Judges MirrorPeers before they are stored, and fills in what was left out',
    entrypoint,
  },
  {
    name: 'console-init',
    title: 'odfmo console set-up',
    description: 'Makes the Service and the ConsolePlugin of the multicluster console, and keeps them right',
    entrypoint,
  },
]

/** Whom a container runs as unless its Deployment says otherwise; OpenShift gives it another number, and that works too. */
export const user = { name: 'odfmo', id: 65_532 } as const
