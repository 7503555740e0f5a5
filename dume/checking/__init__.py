"""What dume.validate puts together: own rules, official ones and the schema, told in French with their place."""
