// Checked with the declarations of everything that it imports: those of the libraries must be right by themselves.
export * as apiTypes from '@odfmo/api-types'
export * as meta from '@odfmo/api-types/meta'
export * as consoleInit from '@odfmo/console-init'
export * as kit from '@odfmo/controller-kit'
export * as exchange from '@odfmo/secret-exchange'
export * as naming from '@odfmo/secret-naming'
export * as testkit from '@odfmo/testkit'
