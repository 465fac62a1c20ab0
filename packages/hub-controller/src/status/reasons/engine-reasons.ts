import type { EngineReason } from '@odfmo/controller-kit'
import type { ReasonRow } from './row.ts'

const parts = ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'] as const
const all = ['Validated', ...parts] as const
const report = 'This is a defect: report it with the message and the log of the hub controller.'

/** What the engine finds out when it writes, whichever object it is: every reason of the kit has its row. */
export const engineReasons = {
  Contested: {
    on: all,
    status: 'False',
    meaning:
      'Somebody sets a field back whenever it is written. It is written with growing pauses until that ends.',
    acts: 'administrator of the hub',
    todo: 'The message names the object, the field and who it is: let one of the two give way.',
  },
  Failed: {
    on: all,
    status: 'False',
    meaning: 'Something unexpected went wrong; it is tried again with growing pauses.',
    acts: 'developers',
    todo: report,
  },
  Forbidden: {
    on: all,
    status: 'False',
    meaning: 'The hub controller may not do what it must: the API server answers 403.',
    acts: 'administrator of the hub',
    todo: 'The message names verb and resource. The rights that it needs are in `deploy/base/hub-controller-rbac.yaml`.',
  },
  KindNotServed: {
    on: ['AddonsReady', 'DRClustersReady'],
    status: 'False',
    meaning:
      'The hub does not serve a kind that is needed: Ramen or Open Cluster Management is not installed.',
    acts: 'administrator of the hub',
    todo: 'Install the operator whose CRD the message names; it goes on as soon as the CRD is there.',
  },
  NamespaceOrKindMissing: {
    on: parts,
    status: 'False',
    meaning: 'The object cannot be made: its namespace or its kind is not there.',
    acts: 'administrator of the hub',
    todo: '`kubectl get namespace <namespace>`; it is tried again with growing pauses.',
  },
  NamespaceTerminating: {
    on: parts,
    status: 'False',
    meaning: 'The object cannot be made: its namespace is being deleted.',
    acts: 'nobody',
    todo: 'If it stays, something in the namespace holds it: `kubectl describe namespace <namespace>`.',
  },
  NotFound: {
    on: all,
    status: 'False',
    meaning: 'What was to be changed is in the cache and not on the server.',
    acts: 'nobody',
    todo: 'It is tried again with growing pauses.',
  },
  NotOurs: {
    on: ['SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning: 'An object of that name is there, and somebody else made it. It is not touched.',
    acts: 'administrator of the hub',
    todo: 'Rename or remove the object that the message names.',
    refusal: true,
  },
  NotSelected: {
    on: all,
    status: 'False',
    meaning: 'A rule of the hub controller answered an object that it could not watch.',
    acts: 'developers',
    todo: report,
  },
  OtherObject: {
    on: all,
    status: 'False',
    meaning: 'A rule of the hub controller answered another object than it was asked for.',
    acts: 'developers',
    todo: report,
  },
  Refused: {
    on: all,
    status: 'False',
    meaning: 'The API server (or an admission webhook or policy on the hub) refuses the object as invalid.',
    acts: 'administrator of the hub',
    todo: 'The message says what the server said, and which webhook or policy it was.',
    refusal: true,
  },
  WriteNotKept: {
    on: all,
    status: 'False',
    meaning:
      'The API server accepted a change and did not keep it: its CRD is older and drops the field, or a webhook takes it off.',
    acts: 'administrator of the hub',
    todo: 'Update the CRD of the kind that the message names, or look for a mutating webhook.',
  },
} as const satisfies Readonly<Record<EngineReason, ReasonRow>>
