import { parseMirrorPeer } from '@odfmo/api-types'
import {
  bucketName,
  hubSecretName,
  s3ProfileName,
  s3SecretName,
  spokeFinalizer,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'

/** What a MirrorPeer will make, or why it is refused. */
export type Preview =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Of a MirrorPeer as JSON. */
export function preview(text: string): Preview {
  const parsed = parseMirrorPeer(JSON.parse(text))
  if (!parsed.ok) {
    return { ok: false, problems: parsed.problems.map(({ path, message }) => `${path}: ${message}`) }
  }
  const { items, schedulingIntervals = [] } = parsed.mirrorPeer.spec
  return {
    ok: true,
    names: [
      ...items.flatMap((ref) => [
        hubSecretName(ref),
        s3SecretName(ref),
        s3ProfileName(ref),
        spokeFinalizer(ref.clusterName),
      ]),
      bucketName(items.map(({ clusterName }) => clusterName)),
      ...schedulingIntervals.map(volumeReplicationClassName),
    ],
  }
}
