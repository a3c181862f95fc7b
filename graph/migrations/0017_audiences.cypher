// Which followers were drawn to stand for all, by when: what a run did not draw again.
CREATE INDEX stands_for_at IF NOT EXISTS FOR ()-[e:STANDS_FOR]-() ON (e.at);
