// Three real Serf agents and three of our nodes are one cluster, in the clear.

import { describeWith } from './support/missing.ts'
import { serfSuite } from './support/serf-suite.ts'

describeWith('serf', 'apt-get install serf', 'with Serf, in the clear', (path) => {
  serfSuite(path, 71)
})
