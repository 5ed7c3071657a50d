UPDATE cleanings SET awaits_second_look = false WHERE awaits_second_look
