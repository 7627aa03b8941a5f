"""Forms: what an inspector is asked, in which order, and what becomes of the answers.

A form is a spreadsheet in XLSForm, the standard of ODK and KoboToolbox. Nothing here reads a clock, a file or a store.

Asking, which is quick to import:

==============  ====================================================================================
``engine``      ``advance``: a draft and an event give the next draft and what happened
``draft``       the draft: answers, cursor, what is aside
``event``       what a person does, and what comes of it
``form``        the form, and ``merge``: the base form with the parts of the check items
``question``    what a form is made of
``relevance``   what is asked as things stand, and what keeps a form from being handed in
``reading``     what came from the chat, as an answer
``screen``      what a question's screen shows, and how far along it is
``record``      all answers in order, for documents and the review
``shown``       an answer as people read it
``value``       the shapes of answers
``expression``  an expression, ready to be asked
``coercion``    the loose values that it computes with
==============  ====================================================================================

Reading a spreadsheet, which is slow to import because pyxform and elementpath are:

==============  ====================================================================================
``xlsform``     ``load``: the bytes of a spreadsheet give a form, or everything that is wrong with it
``tables``      the file as sheets of rows
``sheets``      the rows by XLSForm's columns
``outline``     which questions there are, in which groups
``choices``     the options
``standard``    the door to pyxform
``parsing``     an expression as its author wrote it
``dialect``     ODK's expression language for elementpath
``functions``   its functions and operators
``problems``    what is wrong, with its place
==============  ====================================================================================
"""
