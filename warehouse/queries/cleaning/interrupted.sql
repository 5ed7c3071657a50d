-- There is one writer at a time, so one that is still running now was killed.
UPDATE recleans SET state = 'interrupted' WHERE state = 'running'
