// name: recommendation_outcomes
// mode: read
// Lists that were given on one surface since a moment to people who let their behaviour be kept, with what they told of
// each; lists of which nothing was told are left out.
MATCH (list:Recommendation)
WHERE list.createdAt >= $since AND list.surface = $surface
MATCH (viewer:User {id: list.viewerId})
WHERE viewer.behaviourConsentAt IS NOT NULL
WITH list, COLLECT {
  MATCH (event:BehaviourEvent)
  WHERE event.recommendationId = list.id AND event.userId = list.viewerId
  RETURN [event.kind, event.subjectId, event.at.epochMillis, event.position, event.dwellMs]
} AS events
WHERE size(events) > 0
RETURN list.id AS id, list.viewerId AS viewer_id, list.createdAt.epochMillis AS at, list.ids AS ids,
       list.scores AS scores, list.features AS features, events;
