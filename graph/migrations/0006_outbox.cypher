// What follows a write: events waiting for a worker, and notifications in the order of each inbox.
CREATE CONSTRAINT outboxevent_id IF NOT EXISTS FOR (n:OutboxEvent) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT notification_id IF NOT EXISTS FOR (n:Notification) REQUIRE n.id IS UNIQUE;
CREATE INDEX outboxevent_available IF NOT EXISTS FOR (n:OutboxEvent) ON (n.availableAt);
CREATE INDEX outboxevent_failed IF NOT EXISTS FOR (n:OutboxEvent) ON (n.failedAt);
CREATE INDEX notification_recipient_created IF NOT EXISTS FOR (n:Notification) ON (n.recipientId, n.createdAt);
CREATE INDEX notification_recipient_unread IF NOT EXISTS FOR (n:Notification) ON (n.recipientId, n.unreadSince);
CREATE INDEX notification_created IF NOT EXISTS FOR (n:Notification) ON (n.createdAt);
