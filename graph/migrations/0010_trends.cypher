// Popular things in the order of their heat, what stirred since the job last looked, and how far jobs came. Times that
// have an ordered index with another property already get a second one with it: an index of the time alone would have
// the planner leave the ordered ones for a scan.
CREATE INDEX note_heat IF NOT EXISTS FOR (n:Note) ON (n.heat);
CREATE INDEX note_category_heat IF NOT EXISTS FOR (n:Note) ON (n.categoryId, n.heat);
CREATE INDEX product_heat IF NOT EXISTS FOR (n:Product) ON (n.heat);
CREATE INDEX product_category_heat IF NOT EXISTS FOR (n:Product) ON (n.categoryId, n.heat);
CREATE INDEX product_created IF NOT EXISTS FOR (n:Product) ON (n.createdAt);
CREATE INDEX topic_heat IF NOT EXISTS FOR (n:Topic) ON (n.heat);
CREATE INDEX likes_at IF NOT EXISTS FOR ()-[e:LIKES]-() ON (e.at, e.to);
CREATE INDEX collected_at IF NOT EXISTS FOR ()-[e:COLLECTED]-() ON (e.at, e.to);
CREATE INDEX collected_to_at IF NOT EXISTS FOR ()-[e:COLLECTED]-() ON (e.to, e.at);
CREATE INDEX purchased_last IF NOT EXISTS FOR ()-[e:PURCHASED]-() ON (e.lastAt);
CREATE INDEX features_at IF NOT EXISTS FOR ()-[e:FEATURES]-() ON (e.at, e.to);
CREATE INDEX tagged_at IF NOT EXISTS FOR ()-[e:TAGGED]-() ON (e.at, e.to);
CREATE INDEX comment_created IF NOT EXISTS FOR (n:Comment) ON (n.createdAt, n.noteId);
CREATE INDEX review_created IF NOT EXISTS FOR (n:Review) ON (n.createdAt, n.productId);
CREATE CONSTRAINT jobstate_id IF NOT EXISTS FOR (n:JobState) REQUIRE n.id IS UNIQUE;
