"""List what people may agree to."""

from dreamseed.consents.models import PurposeTexts
from dreamseed.consents.purposes import shown_texts
from dreamseed.consents.rules import TEXT_VERSION
from dreamseed.function import function
from dreamseed.identity.mail_texts import Language
from dreamseed.needs import PUBLIC, Http, Needs


@function(Needs(Http("GET", "/api/v1/consent_purposes", PUBLIC)))
def list_consent_purposes(language: Language = "en") -> PurposeTexts:
    """The purposes in plain words, with the version to name when agreeing."""
    return PurposeTexts(language=language, version=TEXT_VERSION, purposes=shown_texts(language))
