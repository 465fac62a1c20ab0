import { contract } from '@odfmo/api-types'
import type { Logger } from '@odfmo/controller-kit'
import { admissionEndpoint, type ReviewObserver } from './admission/admission-endpoint.ts'
import { mirrorPeerRequests, type Admit } from './admission/mirror-peer-requests.ts'
import { mutateMirrorPeer } from './admission/mutate-mirror-peer.ts'
import { validateMirrorPeer } from './admission/validate-mirror-peer.ts'
import type { Endpoint } from './serving/webhook-server.ts'

/** Everything that this service answers, by path. */
const webhooks: Readonly<Record<string, Admit>> = {
  [contract.webhook.mutatePath]: mirrorPeerRequests(mutateMirrorPeer),
  [contract.webhook.validatePath]: mirrorPeerRequests(validateMirrorPeer),
}

/** The same as it is served: from the body of a request to that of the answer. */
export const webhookEndpoints = (context: {
  readonly logger: Logger
  readonly observer: ReviewObserver
}): Readonly<Record<string, Endpoint>> =>
  Object.fromEntries(
    Object.entries(webhooks).map(([path, admit]) => [path, admissionEndpoint(path, admit, context)]),
  )
