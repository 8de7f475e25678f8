/** Whom an item names, whichever dialect it speaks or none: what nobody reads as a step is deleted all the same. */
import { dialects } from '../dialects/index.ts'
import { firstId } from '../dialects/read.ts'
import { deploymentOf } from '../dialects/resource.ts'
import type { Tombstones } from '../model/tombstone.ts'
import type { Attributes, Resource } from '../otlp/span.ts'

/** Of emitters that report in logs, beside those of the dialects of spans. */
const userKeysInLogs = ['user.account_uuid', 'user.account_id', 'user.email', 'enduser.pseudo.id']

const userKeys: ReadonlySet<string> = new Set([...dialects.flatMap(({ keys }) => keys.userId), ...userKeysInLogs])
const conversationKeys: ReadonlySet<string> = new Set(dialects.flatMap(({ keys }) => keys.conversationId))

/** What spans and log records have in common. */
interface Item {
  readonly traceId: string
  readonly attributes: Attributes
  readonly resource: Resource
}

/** True when the item, or the resource it came from, names somebody who was deleted after it was over. */
export function mentionsErased(item: Item, endUs: number, tombstones: Tombstones): boolean {
  return isErasedBy(item.attributes, item, endUs, tombstones) || isErasedBy(item.resource.attributes, item, endUs, tombstones)
}

function isErasedBy(attributes: Attributes, { traceId, resource }: Item, endUs: number, tombstones: Tombstones): boolean {
  return attributes.keys().some((key) => {
    const isUser = userKeys.has(key)
    if (!isUser && !conversationKeys.has(key)) return false
    const id = firstId(attributes, [key])
    if (id === null) return false
    const { service, environment } = deploymentOf(resource)
    return tombstones.isErased({
      traceId,
      userId: isUser ? id : null,
      conversationId: isUser ? null : id,
      service: service ?? '',
      environment: environment ?? '',
      endUs,
    })
  })
}
