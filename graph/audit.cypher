// name: record_act
// mode: write
// A privileged act, kept.
CREATE (event:AuditEvent {
  id: $id, kind: $kind, actorId: $actor_id, subjectId: $subject_id, detail: $detail, at: $now
})
RETURN event.id AS id;
