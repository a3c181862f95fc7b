// Seeding plans by id, of a brand in the order of its list, and those that wait or run.
CREATE CONSTRAINT seedingplan_id IF NOT EXISTS FOR (n:SeedingPlan) REQUIRE n.id IS UNIQUE;
CREATE INDEX seedingplan_brand_created IF NOT EXISTS FOR (n:SeedingPlan) ON (n.brandId, n.createdAt);
CREATE INDEX seedingplan_waiting IF NOT EXISTS FOR (n:SeedingPlan) ON (n.waitingSince);
