// name: seeding_subject
// mode: read
// How many plans of the brand wait or run, and the category of its product (null: it makes none with that id).
MATCH (brand:Brand {id: $brand_id})
RETURN COUNT { (waiting:SeedingPlan {brandId: brand.id}) WHERE waiting.waitingSince IS NOT NULL } AS waiting,
  head(COLLECT {
    MATCH (brand)-[:MAKES]->(product:Product {id: $product_id})-[:IN_CATEGORY]->(category:Category)
    RETURN category.id
  }) AS category_id;

// name: creators_known
// mode: read
// Of these people, those who may be named in a plan: active, and not hidden from the viewer by a block.
UNWIND $ids AS id
MATCH (user:User {id: id, state: 'active'})
WHERE NOT EXISTS { (:User {id: $viewer_id})-[:BLOCKS]-(user) }
RETURN user.id AS id;

// name: categories_known
// mode: read
// Which of these categories there are.
UNWIND $ids AS id
MATCH (category:Category {id: id})
RETURN category.id AS id;

// name: create_seeding_plan
// mode: write
// A plan that waits. The caller holds the brand's lock. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
CREATE (plan:SeedingPlan {
  id: $plan_id, brandId: brand.id, requesterId: $user_id, kind: $kind, state: 'queued', waitingSince: $now,
  attempts: 0, progress: 0.0, wish: $wish, createdAt: $now
})-[:ABOUT]->(brand)
WITH plan
CALL (plan) {
  MATCH (product:Product {id: $product_id})
  CREATE (plan)-[:ABOUT]->(product)
}
RETURN plan.id AS id;

// name: create_seeding_plan_of_brand
// mode: write
// As `create_seeding_plan`, for no product. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
CREATE (plan:SeedingPlan {
  id: $plan_id, brandId: brand.id, requesterId: $user_id, kind: $kind, state: 'queued', waitingSince: $now,
  attempts: 0, progress: 0.0, wish: $wish, createdAt: $now
})-[:ABOUT]->(brand)
RETURN plan.id AS id;

// name: lock_seeding_plan
// mode: write
// Locks a plan that the person may see: they work for its brand. `state`: where it is. No row: there is no such plan.
MATCH (plan:SeedingPlan {id: $plan_id})
WHERE EXISTS { (:User {id: $user_id, state: 'active'})-[:STAFF_OF]->(:Brand {id: plan.brandId}) }
SET plan.lockedAt = $now
REMOVE plan.lockedAt
RETURN plan.state AS state;

// name: cancel_seeding_plan
// mode: write
// Ends a plan that waits or runs. The caller holds its lock. No row: it does neither.
MATCH (plan:SeedingPlan {id: $plan_id})
WHERE plan.waitingSince IS NOT NULL
SET plan.state = 'cancelled', plan.finishedAt = $now
REMOVE plan.waitingSince
RETURN plan.id AS id;

// name: waiting_seeding_plans
// mode: read
// How many plans wait or run.
RETURN COUNT { MATCH (plan:SeedingPlan) WHERE plan.waitingSince IS NOT NULL } AS waiting;

// name: begin_seeding_plan
// mode: write
// Begins the plan that waits longest; one that another process began and left is begun again. The caller holds the job. No
// row: none waits.
MATCH (seen:SeedingPlan)
WHERE seen.waitingSince IS NOT NULL
WITH seen ORDER BY seen.waitingSince, seen.id LIMIT 1
SET seen.lockedAt = $now
REMOVE seen.lockedAt
WITH seen AS plan WHERE plan.waitingSince IS NOT NULL
SET plan.state = 'running', plan.startedAt = $now, plan.attempts = plan.attempts + 1, plan.progress = 0.0
RETURN plan.id AS id, plan.brandId AS brand_id, plan.kind AS kind, plan.wish AS wish, plan.attempts AS attempts;

// name: note_seeding_progress
// mode: write
// Notes how far a plan is. No row: it runs no more, because it was cancelled or is gone.
MATCH (plan:SeedingPlan {id: $plan_id})
SET plan.lockedAt = $now
REMOVE plan.lockedAt
WITH plan WHERE plan.state = 'running'
SET plan.progress = $progress
RETURN plan.id AS id;

// name: finish_seeding_plan
// mode: write
// Keeps what came of a plan. No row: it runs no more.
MATCH (plan:SeedingPlan {id: $plan_id})
SET plan.lockedAt = $now
REMOVE plan.lockedAt
WITH plan WHERE plan.state = 'running'
SET plan.state = 'done', plan.progress = 1.0, plan.finishedAt = $now, plan.expectedReach = $expected,
    plan.reachLow = $low, plan.reachHigh = $high, plan.certificate = $certificate, plan.told = $told
REMOVE plan.waitingSince
WITH plan
CALL (plan) {
  UNWIND $seeds AS seed
  MATCH (user:User {id: seed.id})
  CREATE (plan)-[:CHOSE {position: seed.position, gain: seed.gain, priceMinor: seed.price_minor}]->(user)
  RETURN count(*) AS chosen
}
RETURN chosen;

// name: fail_seeding_plan
// mode: write
// Keeps why nothing came of a plan. No row: it runs no more.
MATCH (plan:SeedingPlan {id: $plan_id})
SET plan.lockedAt = $now
REMOVE plan.lockedAt
WITH plan WHERE plan.state = 'running'
SET plan.state = 'failed', plan.finishedAt = $now, plan.reason = $reason
REMOVE plan.waitingSince
RETURN plan.id AS id;
