// Checked with the declarations of everything that it imports: those of the testkit must be right by themselves.
export * as testkit from '@odfmo/testkit'
export { clusterTest as nodeTest } from '@odfmo/testkit/node-test'
export { clusterTest as vitestTest } from '@odfmo/testkit/vitest'
