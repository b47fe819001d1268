"""Pages: one module per page, rendered on the server, each readable and usable without script."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _NumberConvertor(IntegerConvertor):
    """A number that databases can hold; an address with a longer one is nobody's."""

    regex = "[0-9]{1,18}"


# Here, because it has to be known before any page says its address.
register_url_convertor("int", _NumberConvertor())
