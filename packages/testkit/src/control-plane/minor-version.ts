import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ControlPlaneError } from './control-plane-error.ts'

/** 35 of a kube-apiserver 1.35.4. */
export const minorVersionOf = async (kubeApiserver: string): Promise<number> => {
  const { stdout } = await promisify(execFile)(kubeApiserver, ['--version']).catch((error: unknown) => {
    throw new ControlPlaneError(
      'ODFMO_CONTROL_PLANE_CHILD',
      `${kubeApiserver} does not run: ${String(error)}`,
      error,
    )
  })
  const minor = /v1\.(\d+)\./.exec(stdout)?.[1]
  if (minor === undefined)
    throw new ControlPlaneError(
      'ODFMO_CONTROL_PLANE_CHILD',
      `${kubeApiserver} --version: expected v1.N.P, got ${JSON.stringify(stdout.trim())}`,
    )
  return Number(minor)
}
