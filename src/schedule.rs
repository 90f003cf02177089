//! Schedules: exactly Unix cron.
