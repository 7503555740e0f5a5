"""What is visible to whom: `company` for the depositor, `buyer` for the buyer; each raises DoesNotExist."""
