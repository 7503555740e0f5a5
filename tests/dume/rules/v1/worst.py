"""A request and a response in which everything that ESPD 1.0.2 has a rule for is wrong."""

PREFIXES = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "ccv": "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1",
    "c": "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonBasicComponents-1",
    "cev": "urn:isa:names:specification:ubl:schema:xsd:CEV-CommonAggregateComponents-1",
    "ea": "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonAggregateComponents-1",
    "e": "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonBasicComponents-1",
}
DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())

HEAD = """
  <ext:UBLExtensions>
    <ext:ExtensionReasonCode/><ext:ExtensionAgencyID/>
  </ext:UBLExtensions>
  <cbc:UBLVersionID>2.0</cbc:UBLVersionID>
  <cbc:CustomizationID>mine</cbc:CustomizationID>
  <cbc:ProfileID>mine</cbc:ProfileID>
  <cbc:ProfileExecutionID>mine</cbc:ProfileExecutionID>
  <cbc:EndpointID/><cbc:ValidatorID/><cbc:UUID/>
  <cbc:AddressTypeCode/><cbc:MimeCode/>
  <cbc:ActivityTypeCode>Q</cbc:ActivityTypeCode>
  <cbc:LocaleCode>zz</cbc:LocaleCode>
  <cbc:ContractTypeCode>9</cbc:ContractTypeCode>
  <cbc:ProcurementTypeCode>B</cbc:ProcurementTypeCode>
  <cbc:CountrySubentityCode>ZZ</cbc:CountrySubentityCode>
  <cbc:CurrencyCode>ZZZ</cbc:CurrencyCode>
  <cac:Country><cbc:IdentificationCode>ZZ</cbc:IdentificationCode></cac:Country>
  <e:EconomicOperatorRoleCode>ZZ</e:EconomicOperatorRoleCode>
  <e:NaturalPersonRoleCode/><e:NationalDataBaseURIID/>
  <cac:ProcurementProjectLot><cbc:ID>1</cbc:ID></cac:ProcurementProjectLot>
"""
CRITERIA = """
  <ccv:Criterion>
    <cbc:ID schemeAgencyID="FR"/>
    <ccv:LegislationReference langID="ZZ">
      <c:JurisdictionLevelCode>REGION</c:JurisdictionLevelCode>
    </ccv:LegislationReference>
    <ccv:LegislationReference/>
    <ccv:RequirementGroup>
      <ccv:Requirement/>
      <ccv:RequirementGroup>
        <cbc:ID schemeAgencyID="FR" schemeID="x" schemeVersionID="2"/>
        {questions}
      </ccv:RequirementGroup>
    </ccv:RequirementGroup>
  </ccv:Criterion>
  <ccv:Criterion><cbc:TypeCode>CRITERION.EXCLUSION.UNHEARD_OF</cbc:TypeCode></ccv:Criterion>
"""
NOTICES = """
  <cac:AdditionalDocumentReference>
    <cbc:ID>2016/S003-0022266</cbc:ID><cbc:DocumentTypeCode>TED_CN</cbc:DocumentTypeCode>
  </cac:AdditionalDocumentReference>
  <cac:AdditionalDocumentReference/>
"""
OPERATOR = """
  <ea:EconomicOperatorParty>
    <cac:Party>
      <cac:PartyIdentification/><cac:PartyName/>
      <cac:PostalAddress><cac:Country/></cac:PostalAddress>
    </cac:Party>
  </ea:EconomicOperatorParty>
"""
TYPES = (
    *(
        "AMOUNT",
        "CODE",
        "CODE_COUNTRY",
        "DATE",
        "DESCRIPTION",
        "EVIDENCE_URL",
        "INDICATOR",
        "PERCENTAGE",
        "PERIOD",
    ),
    *("QUANTITY", "QUANTITY_INTEGER", "QUANTITY_YEAR"),
)
#: An amount in a currency that is none answers no question of these types; then two answers to one.
QUESTIONS = "".join(
    f"""<ccv:Requirement responseDataType="{kind}">
      <ccv:Response><cbc:Percent currencyID="ZZZ"/></ccv:Response>
    </ccv:Requirement>"""
    for kind in (*TYPES, "POEM")
) + ("<ccv:Requirement><ccv:Response/><ccv:Response/></ccv:Requirement>")


def worst(kind: str, *, notices: str = NOTICES) -> bytes:
    name = f"ESPD{kind.title()}"
    criteria = CRITERIA.format(questions=QUESTIONS)
    body = HEAD + criteria + notices + (OPERATOR if kind == "response" else "")
    uri = f"urn:grow:names:specification:ubl:schema:xsd:{name}-1"
    return f'<{name} xmlns="{uri}" {DECLARATIONS}>{body}</{name}>'.encode()


def worst_of(kind: str) -> list[bytes]:
    """Two documents: one has wrong notices, the other has none."""
    return [worst(kind), worst(kind, notices="")]
