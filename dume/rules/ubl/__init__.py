"""What the business rules of the UBL family (2.1, 3 and 4) share: the index, its helpers, the code lists."""
