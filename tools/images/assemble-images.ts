import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { assemble } from './assemble.ts'
import { billPath, imageFiles } from './image-files.ts'
import type { ImageService } from './image-services.ts'
import { imageSizes, type ImageSizes } from './image-sizes.ts'
import { pinnedNodeFolder } from './node-program.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

export interface AssembleOptions {
  readonly services: readonly ImageService[]
  /**
   * Each service's root file system is made in it, in a folder of its name, and its bill of materials beside that. Node is
   * there once: the others are hard links to it.
   */
  readonly folder: string
  /** A Linux with Node in `/usr/local`; left out: this machine's libraries, and the lockfile's Node. */
  readonly system?: string
  /** Of all files. */
  readonly madeAt: Date
}

export interface AssembledImages {
  readonly architecture: SystemFiles['architecture']
  /** By service. */
  readonly sizes: ReadonlyMap<string, ImageSizes>
}

/**
 * Puts together what the images of services have, from their bundles as they were last built.
 * @throws Error when one was never built, the system lacks something, or a root file system is there already.
 */
export const assembleImages = ({ services, folder, system, madeAt }: AssembleOptions): AssembledImages => {
  const ofSystem =
    system === undefined
      ? systemFiles(pinnedNodeFolder(), '/')
      : systemFiles(path.join(system, 'usr/local'), system)
  mkdirSync(folder, { recursive: true })
  const sizes = new Map<string, ImageSizes>()
  const written = new Map<Buffer, string>()
  for (const service of services) {
    const files = imageFiles(service, ofSystem, madeAt)
    const rootfs = path.join(folder, service.name)
    assemble(files, rootfs, madeAt, written)
    const bill = billPath(service)
    copyFileSync(path.join(rootfs, bill), path.join(folder, path.basename(bill)))
    sizes.set(service.name, imageSizes(files))
  }
  return { architecture: ofSystem.architecture, sizes }
}
